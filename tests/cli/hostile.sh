#!/bin/sh
# The program itself on every hostile model, with pictures, and on hostile device files: the
# documented exit code, one clear line, within 5 s and 1 GB, and nothing from a file is executed.
. "$(dirname -- "$0")/lib.sh"
: "${HOSTILE:?the program that writes the models}" "${SANITIZED:=0}"

mkdir models && cd models || exit 1
"$HOSTILE" write . >../cases || exit 1
# Where a shell has no such limit, the limit of the in-process test has to do.
# shellcheck disable=SC3045
[ "$SANITIZED" = 1 ] || ulimit -v 1048576 2>/dev/null || :

run_limited() {
    checks=$((checks + 1)) code=0
    timeout -s KILL "$limit" "$ROOFLINE" "$@" >out 2>err </dev/null || code=$?
}

limit=5
[ "$SANITIZED" = 0 ] || limit=20
while read -r name right; do
    run_limited analyze "$name.onnx" --device 'RTX 3080'
    # Split on purpose: a list of codes.
    # shellcheck disable=SC2086
    is_one_of "$code" $right || fail "$name: exit $code, not one of $right: $(head -c 200 err)"
    [ "$code" = 0 ] || one_clear_line "$name"
    for file in out err; do
        if tr -d '\n' <$file | LC_ALL=C grep -q '[[:cntrl:]]'; then fail "$name: control characters in $file"; fi
    done
done <../cases

# Names are drawn, not obeyed.
for file in name-*.onnx; do
    for kind in png svg gp; do
        run_limited analyze "$file" --device 'RTX 3080' --plot "plot.$kind"
        is_one_of "$code" 0 3 || fail "$file --plot plot.$kind: exit $code: $(head -c 200 err)"
    done
    # The script is for people to run, too.
    if [ -s plot.gp ] && command -v gnuplot >/dev/null; then
        timeout 20 gnuplot plot.gp >/dev/null 2>&1 </dev/null || fail "$file: gnuplot refuses its script"
    fi
    rm -f plot.*
done
# A file whose own name is a command.
cp name-quotes.onnx "\"; system 'touch pwned'; \".onnx"
run_limited analyze "\"; system 'touch pwned'; \".onnx" --device 'RTX 3080' --plot plot.png
[ "$code" = 0 ] || fail "a model called like a command: exit $code"
[ -z "$(find "$work" -name 'pwned*')" ] || fail "a command from a model was executed"

# Device files: the first line of each is right, the second is not.
device() { # NAME LINE
    printf 'section,name,precision,accumulate,variant,value,unit,min,max,samples,clock_hz,watts,source\n' >"$1.csv"
    printf 'profile,schema,,,,1,,,,,,,\ndevice,name,,,,Test,,,,,,,\ndevice,kind,,,,gpu,,,,,,,\n' >>"$1.csv"
    printf '%b' "$2" >>"$1.csv"
}
refused() { # NAME PATTERN
    run_limited analyze small-model.onnx --device "./$1.csv"
    is_one_of "$code" 3 || fail "$1.csv: exit $code: $(head -c 200 err)"
    one_clear_line "$1.csv"
    grep -q "$1\.csv$2" err || fail "$1.csv: no file and line in: $(head -c 200 err)"
}
roofs='compute,vector,fp32,fp32,ffma,1e12,FLOP/s,,,,,,measured\nmemory,dram,,,copy,1e11,B/s,,,,,,measured\n'
device good "$roofs"
run_limited analyze small-model.onnx --device ./good.csv
[ "$code" = 0 ] || fail "good.csv: exit $code: $(cat err)"
for value in nan NaN inf -inf infinity 0 -1e12 1e999 1e12x ''; do
    device bad "${roofs}compute,matrix,fp16,fp32,x,$value,FLOP/s,,,,,,measured\n"
    refused bad ':7'
done
: >empty.csv
refused empty ''
head -c 20000 noise.onnx >noise.csv
refused noise ''
cp name-of-a-megabyte.onnx binary.csv
refused binary ''
device quote "${roofs}compute,matrix,\"fp16,fp32,x,1,FLOP/s\n"
refused quote ''
# shellcheck disable=SC2016
device names 'device,name,,,,"a""; system ""touch pwned""\0033[31m`touch pwned`",,,,,,,\n'"$roofs"
run_limited analyze small-model.onnx --device ./names.csv --plot plot.png
is_one_of "$code" 0 3 || fail "names.csv: exit $code: $(head -c 200 err)"
if cat out err | tr -d '\n' | LC_ALL=C grep -q '[[:cntrl:]]'; then fail "names.csv: control characters"; fi
[ -z "$(find "$work" -name 'pwned*')" ] || fail "a command from a device file was executed"

finish
