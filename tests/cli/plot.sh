#!/bin/sh
# Pictures as people ask for them: sizes, themes, titles, several models; titles that would be commands.
. "$(dirname -- "$0")/lib.sh"
: "${MODELGEN:?the program that makes models}"

resnet=$SOURCE/models/resnet18.onnx
mobilenet=$SOURCE/models/mobilenet_v2.onnx
draw() { # ARGUMENTS...
    succeed analyze "$resnet" --device 'RTX 3080' "$@" -q
}

# What cannot be is refused in one line.
for size in 10x10 1600 x1000 1600x 1600x1000x2 20001x300 -5x300 1e3x300 '1600 x 1000'; do
    expect 2 'WIDTHxHEIGHT' analyze "$resnet" --device 'RTX 3080' --plot plot.gp "--size=$size"
done
expect 2 'light, dark' analyze "$resnet" --device 'RTX 3080' --plot plot.gp --theme darc
expect 2 'at most 12' analyze 1 2 3 4 5 6 7 8 9 10 11 12 13 --plot plot.gp

draw --plot plot.gp --size 800x600 --title 'A title'
contains plot.gp 'size 800,600'
contains plot.gp '"A title"'
contains plot.gp "background rgb '#ffffff'"
draw --plot dark.gp --theme dark
contains dark.gp "background rgb '#171b20'"

# Several models stand in one figure, with their names; a damaged one does not keep the others out.
succeed analyze "$resnet" "$mobilenet" --device 'RTX 3080' --plot two.gp -q
contains two.gp '"resnet18\.onnx +[0-9.]+ TFLOP/s"'
contains two.gp '"mobilenet_v2\.onnx +[0-9.]+ TFLOP/s"'
contains two.gp '"resnet18\.onnx and mobilenet_v2\.onnx"'
printf 'no model\n' >text.onnx
run analyze "$resnet" text.onnx --device 'RTX 3080' --plot three.gp -q
[ "$code" = 3 ] || fail "a damaged model beside another: exit $code"
contains three.gp '"resnet18\.onnx'

# With the caches of a device each level has its slope.
cat >caches.csv <<'CSV'
section,name,precision,accumulate,variant,value,unit,min,max,samples,clock_hz,watts,source
profile,schema,,,,1,,,,,,,
device,name,,,,Caches,,,,,,,
device,kind,,,,cpu,,,,,,,
device,date,,,,2026-01-02T03:04:05Z,,,,,,,
capacity,l1,,,,1e5,B,,,,,,
capacity,l2,,,,1e7,B,,,,,,
compute,vector,fp32,fp32,,1e12,FLOP/s,,,,,,measured
memory,l1,,,read,1e12,B/s,,,,,,measured
memory,l2,,,read,3e11,B/s,,,,,,measured
memory,dram,,,copy,1e11,B/s,,,,,,measured
CSV
succeed analyze "$resnet" --device ./caches.csv --memory hierarchy --plot caches.gp -q
contains caches.gp '"L1: 1\.00 TB/s, measured"'
contains caches.gp '"L2: 300 GB/s, measured"'
contains caches.gp '"DRAM: 100 GB/s, measured"'
contains caches.gp 'ceilings: measured 2026-01-02'
contains caches.gp 'DRAM intensity'

# Titles are drawn, not obeyed: quotes, gnuplot's own signs, markup, escape codes, right to left, 10 kB.
long=$(head -c 10240 /dev/zero | tr '\0' 'x')
# shellcheck disable=SC2016
set -- '"; system("touch pwned"); "' "'; system 'touch pwned' #" '`touch pwned`' '$(touch pwned)' \
    'a_b^c {/Bold x} @y \n \\ %s $0' '</text><script>&amp;]]>' "$(printf 'two\nlines\t\033[31mred\007')" \
    "$(printf '\342\200\256right to left \327\251\327\234\327\225\327\235')" "$(printf '\377\376 no UTF-8')" "$(printf '\357\277\276 is no character')" "$long" \
    "$(printf 'END_OF_LAYERS\n!touch pwned\n')"
for title in "$@"; do
    for kind in gp svg png pdf; do
        [ "$kind" = gp ] || command -v gnuplot >/dev/null || continue
        draw --plot "title.$kind" --title "$title"
        [ -s "title.$kind" ] || fail "no title.$kind"
    done
    if tr -d '\n' <title.gp | LC_ALL=C grep -q '[[:cntrl:]]'; then fail "control characters in a script"; fi
    if [ -s title.svg ] && command -v xmllint >/dev/null; then
        xmllint --noout title.svg 2>err || fail "title.svg is not well formed: $(head -c 300 err)"
    fi
    rm -f title.*
done
[ -z "$(find "$work" -name 'pwned*')" ] || fail "a title was executed"

# Very many rows: a picture soon, and not a blot. (The time is measured where nothing else runs; see bench.)
if command -v gnuplot >/dev/null; then
    "$MODELGEN" chain 50000 chain.onnx >/dev/null || fail "modelgen failed"
    succeed analyze chain.onnx --device 'RTX 3080' --plot chain.svg -q
    [ "$(wc -c <chain.svg)" -lt 500000 ] || fail "chain.svg has $(wc -c <chain.svg) bytes"
fi

finish
