#!/bin/sh
# The gallery in plots/ is what the program draws today, in structure, and not too large for a clone.
. "$(dirname -- "$0")/lib.sh"

command -v gnuplot >/dev/null || exit 77
checks=$((checks + 1))
ROOFLINE=$ROOFLINE "$SOURCE/plots/regenerate" --check >out 2>&1 || fail "$(cat out)"
size=$(cat "$SOURCE"/plots/*.png | wc -c)
[ "$size" -lt 2000000 ] || fail "plots/ holds $size bytes of pictures"
# Every picture is of the script, and every structure has its picture.
for picture in "$SOURCE"/plots/*.png; do
    name=$(basename "$picture" .png)
    [ -s "$SOURCE/plots/structure/$name.txt" ] || fail "$name.png is not of plots/regenerate"
done
for structure in "$SOURCE"/plots/structure/*.txt; do
    name=$(basename "$structure" .txt)
    [ -s "$SOURCE/plots/$name.png" ] || fail "plots/structure/$name.txt has no picture"
done
finish
