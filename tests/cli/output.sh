#!/bin/sh
# Where results go: whole files or none, and a full disk is an error.
. "$(dirname -- "$0")/lib.sh"

resnet=$SOURCE/models/resnet50.onnx

# Results on stdout, everything else on stderr.
succeed analyze "$resnet" --device none --format json
contains out '"schema": *"roofline.analysis/1"'
cp out stdout.json
succeed analyze "$resnet" --device none --format json -o file.json
[ ! -s out ] || fail "with -o nothing goes to stdout"
cmp -s stdout.json file.json || fail "-o and stdout differ"
checks=$((checks + 1)) code=0
: | "$ROOFLINE" analyze - --device none >out 2>err || code=$?
[ "$code" = 3 ] || fail "nothing on standard input: exit $code"
one_clear_line "nothing on standard input"
checks=$((checks + 1))
"$ROOFLINE" analyze - --device none <"$resnet" >out 2>err || fail "standard input: $(cat err)"
checks=$((checks + 1))
# A pipe cannot be read twice.
# shellcheck disable=SC2002
cat "$resnet" | "$ROOFLINE" analyze - --device none >piped 2>err || fail "pipe: $(cat err)"
cmp -s out piped || fail "a pipe and a file differ"

# No colour into a file; on demand, and not against NO_COLOR's absence of a terminal.
succeed analyze "$resnet" --device "RTX 3080"
if grep -q "$(printf '\033')" out; then fail "colour in a file"; fi
succeed analyze "$resnet" --device "RTX 3080" --color always
grep -q "$(printf '\033')" out || fail "--color always has no colour"

# A device on which no time can be told says so.
printf 'section,name,precision,value,unit\ndevice,name,,Peak,\ndevice,kind,,cpu,\ncompute,vector,fp32,1e12,FLOP/s\n' >peak.csv
succeed analyze "$resnet" --device ./peak.csv
contains err 'has no bandwidth of DRAM, so times are not known'

# A full disk, and places that cannot be written.
if [ -w /dev/full ]; then
    for format in table csv json md; do
        checks=$((checks + 1)) code=0
        "$ROOFLINE" analyze "$resnet" --device none --format "$format" >/dev/full 2>err || code=$?
        [ "$code" = 1 ] || fail "$format to a full disk: exit $code"
        one_clear_line "$format to a full disk"
    done
    expect 1 '/dev/full' analyze "$resnet" --device none -o /dev/full
    checks=$((checks + 1)) code=0
    "$ROOFLINE" --help >/dev/full 2>err || code=$?
    [ "$code" = 1 ] || fail "help to a full disk: exit $code"
fi
# The system's own links, which stand for whatever is open, are not replaced.
if [ -L /dev/stdout ]; then
    succeed analyze "$resnet" --device none --format json -o /dev/stdout
    cmp -s out stdout.json || fail "-o /dev/stdout is not standard output"
    [ -L /dev/stdout ] || fail "a file took the place of /dev/stdout"
fi
mkdir taken
expect 1 'taken' analyze "$resnet" --device none -o taken
expect 1 'nowhere' analyze "$resnet" --device "RTX 3080" --plot nowhere/plot.png

# A failed run does not harm what was there, and leaves nothing of its own.
printf 'precious\n' >old.txt
printf 'no model\n' >text.onnx
expect 3 'text\.onnx' analyze text.onnx --device none -o old.txt
[ "$(cat old.txt)" = precious ] || fail "a failed run harmed the old file"
before=$(ls -A)
for i in 1 2 3; do run analyze text.onnx --device none -o "new$i.txt"; done
[ "$(ls -A)" = "$before" ] || fail "a failed run left something: $(find . | tr '\n' ' ')"

# Pictures are what their names say.
if command -v gnuplot >/dev/null; then
    for kind in png svg pdf; do
        succeed analyze "$resnet" --device "RTX 3080" --plot "plot.$kind"
        [ -s "plot.$kind" ] || fail "no plot.$kind"
    done
    head -c 8 plot.png | LC_ALL=C grep -q PNG || fail "plot.png is no PNG"
    grep -q '<svg' plot.svg || fail "plot.svg is no SVG"
    head -c 5 plot.pdf | grep -q '%PDF' || fail "plot.pdf is no PDF"
fi
# Without gnuplot the script and its data stay, and the line says so.
checks=$((checks + 1)) code=0
mkdir empty-path
PATH=$work/empty-path "$ROOFLINE" analyze "$resnet" --device "RTX 3080" --plot lone.png >out 2>err || code=$?
[ "$code" = 1 ] || fail "without gnuplot: exit $code"
[ -s lone.png.gp ] || fail "without gnuplot there is no script"
contains err 'gnuplot'
[ ! -e lone.png ] || fail "without gnuplot there is a picture"

finish
