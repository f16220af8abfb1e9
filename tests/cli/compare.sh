#!/bin/sh
# roofline compare: its sides, figures by hand, formats, conditions and what they exit with.
. "$(dirname -- "$0")/lib.sh"
: "${HOSTILE:?the program that writes the models}"

resnet=$SOURCE/models/resnet50.onnx
small=$SOURCE/models/resnet18.onnx
a100='A100 SXM4 40'

# By hand, a 3x3 convolution of layer 1: 56 x 56 x 64 outputs of 64 x 9 MACs are 115,605,504 MACs, with 200,704
# additions of the bias 231,411,712 FLOP. In fp32 on an A100 the vector units do them, 108 x 64 x 2 x 1.41 GHz =
# 19.49 TFLOP/s: 11.87 µs. In int8 the matrix units do 2 x MACs at 108 x 4 x 512 x 2 x 1.41 GHz = 623.7 TOP/s:
# 371 ns, longer than 200,704 + 200,704 + 36,864 B and the bias at 1.56 TB/s, 282 ns. 0.371 / 11.87 is 96.9 % less.
# Weights of a quarter: 25.5 M parameters are 102 MB in fp32, and in int8 25.7 MB with biases that stay wide.
succeed compare "$resnet" --device "$a100" --precision fp32 --precision int8
contains out '^types +A +fp32$'
contains out '^ +B +int8$'
contains out '^macs +4\.09 GMAC +4\.09 GMAC +0 +same$'
contains out '^parameters +25\.5 M +25\.5 M +0 +same$'
contains out '^parameter_bytes +102 MB +25\.7 MB +-76\.4 MB +-74\.8%$'
contains out '^limiter +vector 81% +memory 96%$'
contains out '^/layer1/layer1\.0/conv2/Conv +Conv +11\.9 µs +371 ns +-11\.5 µs +-96\.9% +vector -> matrix$'
contains out '122 matched by name'
[ "$(grep -c ' Conv ' out)" -ge 19 ] || fail "20 rows are the default"

# The other ways to name two sides: files, saved analyses, devices; options that both share.
succeed analyze "$resnet" --device "$a100" --precision fp32 --format json -o a.json
succeed analyze "$resnet" --device "$a100" --precision int8 --format json -o b.json
succeed compare a.json b.json
mv out saved
succeed compare "$resnet" --device "$a100" --precision fp32 --precision int8
cmp -s out saved || fail "saved analyses compare in another way than models"
succeed compare a.json "$resnet" --device "$a100" --precision int8
cmp -s out saved || fail "a saved analysis and a model compare in another way than two models"
succeed compare "$small" "$resnet" --device "$a100" --batch 4 --top all
contains out 'only in B'
succeed compare "$small" --device H200 --device none
contains out 'none \(counts only\)'
contains out 'take the same FLOPs'
succeed compare "$small" "$SOURCE/models/resnet18_qdq.onnx" --device "$a100" --precision native --precision fp16
succeed compare "$SOURCE/models/gpt2.onnx" --device none --dim sequence_length=1 --dim past_sequence_length=16 \
    --dim past_sequence_length=32
contains out 'A .*past_sequence_length = 16'
contains out 'B .*past_sequence_length = 32'

expect 2 'two models' compare --device none
expect 2 'two models' compare a.json b.json a.json
expect 2 'only .*resnet18.onnx' compare "$small" --device none
expect 2 'only a\.json' compare a.json
expect 2 'given 3 times' compare "$small" --batch 1 --batch 2 --batch 3 --device none
expect 2 'device would change.*a\.json' compare a.json b.json --device H200
expect 2 'precision would change.*a\.json' compare a.json "$small" --precision fp16 --precision int8
expect 2 'table, csv, json, md' compare a.json b.json --format xml
expect 1 'no-such-file' compare a.json no-such-file.onnx --device none
expect 3 'lib\.sh' compare a.json "$SOURCE/tests/cli/lib.sh" --device none

# Formats, files, pictures.
succeed compare a.json b.json --format md
contains out '^# B compared with A$'
contains out '^\| total \| A \| B \| change \| B to A \|$'
contains out '^\|---\|---:\|---:\|---:\|---:\|$'
contains out '^\| time \|'
contains out '^\| name \| op \| A \|'
contains out '^- \*\*rows\*\* [0-9]+ matched by name'
if grep -q '<' out; then fail "Markdown: markup that is not escaped: $(grep '<' out | head -1)"; fi
succeed compare a.json b.json --format csv
[ "$(grep -c '^total,' out)" = 15 ] || fail "$(grep -c '^total,' out) totals in CSV"
[ "$(grep -c '^row,' out)" = 122 ] || fail "$(grep -c '^row,' out) rows in CSV"
succeed compare a.json b.json --format json --fail-if 'time > +5%' -o compare.json
[ ! -s out ] || fail "with -o nothing goes to stdout"
contains compare.json '"schema":"roofline.compare/1"'
contains compare.json '"condition":"time > \+5%","holds":false'
if command -v python3 >/dev/null; then
    python3 -m json.tool compare.json >/dev/null || fail "the JSON is none"
fi
succeed compare a.json b.json --plot compare.gp -q
contains compare.gp 'set arrow'
expect 2 '--plot x\.bmp' compare a.json b.json --plot x.bmp
COLUMNS=70 "$ROOFLINE" compare a.json b.json >out
[ "$(sed 's|µ|u|g' out | awk 'length > 70' | wc -l)" = 0 ] || fail "wider than 70 columns: $(sed 's|µ|u|g' out | awk 'length > 70' | head -3)"

# Conditions.
expect 5 '"time < -50%" holds: time is 520 µs in A and 54\.3 µs in B \(-89\.6%\)' compare a.json b.json --fail-if 'time < -50%'
contains out '^total'
succeed compare a.json b.json --fail-if 'time > +5%' --fail-if 'macs != +0%'
[ ! -s err ] || fail "conditions that do not hold say: $(cat err)"
run compare a.json b.json --fail-if 'time > +5%' --fail-if 'flops != +0%' --fail-if 'peak > 1 MB'
[ "$code" = 5 ] || fail "two of three hold: exit $code"
[ "$(wc -l <err)" = 2 ] || fail "each condition that holds has a line: $(cat err)"
expect 2 'with its sign.*column 8' compare a.json b.json --fail-if 'time > 5%'
expect 2 'did you mean flops' compare a.json b.json --fail-if 'flop > +5%'
expect 1 'time > \+5%.* cannot be decided.*unknown in B' compare "$small" --device H200 --device none --fail-if 'time > +5%'
run compare "$small" --device H200 --device none --fail-if 'time > +5%' --fail-if 'flops > 0'
[ "$code" = 5 ] || fail "unknown and true: exit $code, not 5"

# What is not covered: a line beside conditions, and an error with --strict.
"$HOSTILE" write . >cases
succeed compare nobody-knows-this.onnx "$small" --device none --fail-if 'flops < 0'
contains err 'totals of A are of the rows that are known'
expect 4 'Frobnicate' compare nobody-knows-this.onnx "$small" --device none --strict
expect 5 '"unknown > 0" holds' compare "$small" nobody-knows-this.onnx --device none --fail-if 'unknown > 0' -q

# Names of all kinds, in all formats.
for file in name-*.onnx; do
    for format in table csv json md; do
        run compare "$file" "$small" --device none --format $format
        is_one_of "$code" 0 3 || fail "$file as $format: exit $code: $(head -c 200 err)"
        if tr -d '\n' <out | LC_ALL=C grep -q '[[:cntrl:]]'; then fail "$file as $format: control characters"; fi
    done
done

finish
