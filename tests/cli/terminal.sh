#!/bin/sh
# The roofline as text: on every width, in braille or ASCII, with and without colours.
. "$(dirname -- "$0")/lib.sh"
: "${HOSTILE:?the program that writes the models}"

model=$SOURCE/models/resnet18.onnx
escape=$(printf '\033')

text_plot() { # ARGUMENTS: the picture alone is in out
    succeed analyze "$@" --device 'RTX 3080' --plot - -o table
}

# No line is wider than the terminal, down to the narrowest and up to the widest that is drawn.
widest() { awk '{ n = length($0); if (n > most) most = n } END { print most }' out; }
for columns in 40 60 79 100 200 300; do
    export COLUMNS=$columns
    text_plot "$model"
    [ "$columns" -ge 60 ] || columns=60
    [ "$columns" -le 200 ] || columns=200
    [ "$(widest)" -le "$columns" ] || fail "$columns columns: a line of $(widest)"
    grep -q 'vector fp32 29.8 TFLOP/s' out || fail "$columns columns: no ceiling"
done
export COLUMNS=100

# Into a pipe there are no escapes; C means ASCII, UTF-8 braille.
text_plot "$model"
if grep -q "$escape" out; then fail 'escapes in a pipe'; fi
if tr -d '\n -~' <out | grep -q .; then fail 'more than ASCII in the locale C'; fi
LC_ALL=C.UTF-8 text_plot "$model"
contains out '⡀|⠂|⠁'
contains out '◆'
LC_ALL='' LC_CTYPE='' LANG=de_DE.utf8 text_plot "$model"
contains out '◆'

# Colours when they are asked for, and not when they are refused.
text_plot "$model" --color always
contains out "${escape}\\[38;5;"
NO_COLOR=1 text_plot "$model"
if grep -q "$escape" out; then fail 'escapes with NO_COLOR'; fi
text_plot "$model" --color never
if grep -q "$escape" out; then fail 'escapes with --color never'; fi

# Below the table, or in its place: what is numbered is named.
succeed analyze "$model" --device 'RTX 3080' --plot -
contains out '^FLOP/s|^ FLOP/s'
contains out '^1  /'
contains out 'not drawn: 1 row without arithmetic'

# A traffic mode, several models, a title.
text_plot "$model" --traffic fused --title 'My title'
contains out '^My title$'
text_plot "$model" "$SOURCE/models/mobilenet_v2.onnx"
contains out 'resnet18.onnx and mobilenet_v2.onnx'

# What cannot be text, and what would mix with other text, is refused at once.
# Several devices are told apart without colours.
COLUMNS=120 succeed plot --device H200 --device L4
contains out 'H200 matrix fp16 989 TFLOP/s'
contains out 'L4 matrix fp16 121 TFLOP/s'
expect 2 'drawn into files alone' analyze "$model" --device T4 --plot - --figure memory
expect 2 'writes to standard output, where the json goes' analyze "$model" --device T4 --plot - --format json
expect 2 'needs a device' analyze "$model" --device none --plot -
succeed analyze "$model" --device T4 --plot - --format json -o analysis.json
contains out 'whole model'

# Names are text: no control character of a model reaches the terminal.
mkdir models
"$HOSTILE" write models >/dev/null || exit 1
for hostile in models/name-*.onnx; do
    for locale in C C.UTF-8; do
        LC_ALL=$locale run analyze "$hostile" --device T4 --plot - -o table
        is_one_of "$code" 0 2 3 || fail "$hostile: exit $code: $(head -c 200 err)"
        if tr -d '\n' <out | LC_ALL=C grep -q '[[:cntrl:]]'; then fail "$hostile: control characters"; fi
    done
done

finish
