#!/bin/sh
# Saved analyses in place of models: in every format as if the model were analysed, also of hostile
# models; and what is refused.
. "$(dirname -- "$0")/lib.sh"
: "${HOSTILE:?the program that writes the models}"

resnet=$SOURCE/models/resnet18.onnx
succeed analyze "$resnet" --device 'RTX 3080' --format json -o saved.json
for format in table csv md json; do
    succeed analyze "$resnet" --device 'RTX 3080' --format $format --top 7
    mv out wanted
    succeed analyze saved.json --format $format --top 7
    cmp -s out wanted || fail "a saved analysis as $format differs"
done
succeed report "$resnet" --device 'RTX 3080' -o wanted.html
succeed report saved.json -o saved.html
cmp -s saved.html wanted.html || fail "the page of a saved analysis differs"
succeed analyze saved.json --plot saved.gp
succeed analyze "$resnet" --device 'RTX 3080' --plot wanted.gp
cmp -s saved.gp wanted.gp || fail "the picture of a saved analysis differs"

# With the times of real runs: those of two rows, and one that is of no row.
printf 'name,time_ms\n/conv1/Conv,0.5\n/fc/Gemm,1e-6\nelsewhere,0.25\n' >times.csv
succeed analyze "$resnet" --device 'RTX 3080' --measured times.csv --format json -o measured.json
contains measured.json '"measured":'
for format in table csv md json; do
    succeed analyze "$resnet" --device 'RTX 3080' --measured times.csv --format $format
    mv out wanted
    succeed analyze measured.json --format $format
    cmp -s out wanted || fail "a saved analysis with measured times as $format differs"
done
succeed analyze saved.json --measured times.csv
contains out '^measured'

# No device is chosen, whatever the environment says; blanks and standard input do not matter.
ROOFLINE_DEVICE='no such device' "$ROOFLINE" analyze saved.json >out 2>err || fail "a device was looked for"
cp saved.json "model.onnx"
succeed analyze model.onnx
contains out 'RTX 3080'
{ printf ' \n\t' && cat saved.json; } >blank.json
succeed analyze blank.json
"$ROOFLINE" analyze - <saved.json >out 2>err || fail "from standard input"
contains out 'RTX 3080'
# A pipe, not a file.
# shellcheck disable=SC2002
cat saved.json | "$ROOFLINE" analyze - >out 2>err || fail "from a pipe: $(cat err)"
contains out 'RTX 3080'
# shellcheck disable=SC2002
cat "$resnet" | "$ROOFLINE" analyze - --device none >out 2>err || fail "a model from a pipe: $(cat err)"

# Options that would change the analysis; commands that need the model.
for option in '--device none' '--precision int8' '--dim n=1' '--batch 2' '--traffic fused' '--tf32' \
    '--memory hierarchy' '--calibrate never'; do
    # shellcheck disable=SC2086
    expect 2 "${option%% *} would change.*saved\.json" analyze saved.json $option
done
expect 2 'explain needs the model.*saved\.json' explain saved.json '#0'
expect 2 'sweep needs the model' sweep saved.json --batch 1..4
expect 2 'must end in .png, .svg, .pdf, .gp or .html$' analyze saved.json --plot x.bmp

# Damaged, and none.
head -c 3000 saved.json >short.json
expect 3 'short\.json: .*no JSON' analyze short.json
sed 's,roofline.analysis/1,roofline.analysis/9,' saved.json >later.json
expect 3 'later\.json: its schema is .*analysis/9' analyze later.json
printf '{"name": "left-pad"}' >package.json
expect 3 'package\.json: .*no saved analysis' analyze package.json
succeed sweep "$resnet" --batch 1,2 --device none --format json -o sweep.json
expect 3 'sweep\.json: .*roofline\.sweep/1' report sweep.json -o x.html
[ ! -e x.html ] || fail "a page of nothing"

# plot: of saved analyses, devices, and variants of a model.
succeed plot saved.json -o saved.gp -q
cmp -s saved.gp wanted.gp || fail "plot draws another picture than analyze --plot"
succeed plot --device H200 --device 'RTX 3080' -o devices.gp -q
contains devices.gp 'NVIDIA H200'
contains devices.gp 'RTX 3080'
succeed plot "$resnet" --device H200 --precision fp16 --precision int8 -o types.gp -q
contains types.gp '"fp16'
contains types.gp '"int8'
succeed plot saved.json "$resnet" --device H200 -o both.gp -q
contains both.gp 'NVIDIA H200'
contains both.gp 'RTX 3080'
ROOFLINE_DEVICE=none
export ROOFLINE_DEVICE
succeed plot saved.json -o saved.gp
contains err 'wrote saved\.gp'
expect 2 'device' plot "$resnet" -o x.gp
unset ROOFLINE_DEVICE
succeed plot saved.json
contains out 'operational intensity, FLOP/byte'
expect 2 'must end in .png, .svg, .pdf, .gp or .html$' plot saved.json -o x.bmp
expect 2 'device is none' plot --device none -o x.gp
expect 2 'device would change.*saved\.json' plot saved.json --device H200 -o x.gp
expect 2 'at most 12.*14 are given' plot "$resnet" "$resnet" "$resnet" "$resnet" "$resnet" "$resnet" "$resnet" \
    --device H200 --device T4 -o x.gp
expect 3 'short\.json' plot saved.json short.json -o x.gp
expect 1 'no such machine' plot --device H200 --device 'no such machine' -o x.gp
[ ! -e x.gp ] || fail "a picture in spite of an error"

# Several, and --strict.
"$HOSTILE" write . >cases
succeed analyze nobody-knows-this.onnx --device none --format json -o unknown.json
expect 4 'unknown\.json.*Frobnicate' analyze unknown.json --strict
run report unknown.json --strict -o unknown.html
[ "$code" = 4 ] || fail "report --strict: exit $code"
[ -s unknown.html ] || fail "report --strict writes no page"
run analyze saved.json short.json "$resnet"
[ "$code" = 3 ] || fail "several: exit $code, not 3"
[ "$(grep -c '^model' out)" = 2 ] || fail "the good ones of several are not reported"

# Whatever a model holds, its saved analysis holds.
n=0
while read -r name _; do
    [ -f "$name.onnx" ] || continue
    for options in '--device none' '--device A100-SXM4-40GB --traffic fused'; do
        # shellcheck disable=SC2086
        run analyze "$name.onnx" $options --format json -o hostile.json
        [ "$code" = 0 ] || continue
        n=$((n + 1))
        for format in json table csv md; do
            # shellcheck disable=SC2086
            "$ROOFLINE" analyze "$name.onnx" $options --format $format >wanted 2>/dev/null
            "$ROOFLINE" analyze hostile.json --format $format >out 2>err || fail "$name: $(head -c 200 err)"
            cmp -s out wanted || fail "$name $options: saved and printed as $format it differs"
        done
    done
done <cases
[ "$n" -ge 20 ] || fail "only $n hostile models could be analysed"

finish
