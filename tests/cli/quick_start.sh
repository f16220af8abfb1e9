#!/bin/sh
# The README's first command through ./bootstrap itself, as a second run: it only starts the program.
. "$(dirname -- "$0")/lib.sh"

unset ROOFLINE_CALIBRATE
ln -s "$SOURCE/models" models
now() {
    date +%s%N
}

checks=$((checks + 1))
"$SOURCE/bootstrap" analyze models/resnet50.onnx --plot roofline.png >out 2>err </dev/null ||
    fail "quick start: $(cat err)"
contains out 'resnet50'
if command -v gnuplot >/dev/null; then
    head -c 8 roofline.png | LC_ALL=C grep -q PNG || fail "no roofline.png"
fi
# What measuring saved serves the next run, which is quiet about it.
checks=$((checks + 1))
"$SOURCE/bootstrap" analyze models/resnet50.onnx >out 2>err </dev/null || fail "second run: $(cat err)"
if grep -qi 'measur' err; then fail "the second run measures again: $(cat err)"; fi

# Exit codes pass through, and starting costs next to nothing.
checks=$((checks + 1)) code=0
"$SOURCE/bootstrap" analyze no-such-file.onnx --device none >out 2>err </dev/null || code=$?
[ "$code" = 1 ] || fail "bootstrap gives exit $code, not 1"
one_clear_line "bootstrap"
begin=$(now)
for _ in 1 2 3 4 5; do "$SOURCE/bootstrap" --version >out 2>&1 </dev/null; done
spent=$((($(now) - begin) / 5000000))
[ "$spent" -lt 200 ] || fail "starting through bootstrap takes $spent ms"
printf 'a start through bootstrap takes %d ms\n' "$spent"

finish
