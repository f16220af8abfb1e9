#!/bin/sh
# Help that fits a terminal of 100 columns and tells each group of options once, options that are
# refused where they make no sense, and completion.
. "$(dirname -- "$0")/lib.sh"

resnet=$SOURCE/models/resnet18.onnx
commands='analyze sweep explain plot compare report calibrate devices'

for command in '' $commands; do
    # Split on purpose: no command is no argument.
    # shellcheck disable=SC2086
    succeed $command --help
    awk 'length > 100' out >long
    [ ! -s long ] || fail "roofline $command --help: longer than 100 columns: $(cat long)"
    if grep -q ' $' out; then fail "roofline $command --help: blanks at the end of a line"; fi
    grep -E '^[A-Z].*:$' out | sort | uniq -d >twice
    [ ! -s twice ] || fail "roofline $command --help: groups that repeat: $(cat twice)"
    grep -oE '^  (-.,|   ) --[a-z0-9-]+' out | sort | uniq -d >twice
    [ ! -s twice ] || fail "roofline $command --help: options that repeat: $(cat twice)"
done
for command in $commands; do
    succeed "$command" --version
    contains out '^roofline [0-9]+\.[0-9]+\.[0-9]+$'
done

# Each command has its own words on -o, and - is standard output.
succeed plot --help
contains out 'draw into FILE'
succeed calibrate --help
contains out 'save the profile'
succeed analyze "$resnet" --device none --format csv -o -
contains out '^id,'
[ ! -e ./- ] || fail "analyze -o - made a file"

# What has no effect is refused, not passed over.
for option in --figure=share --title=x --size=800x600 --theme=dark; do
    expect 2 '--plot FILE' analyze "$resnet" --device L4 "$option"
    expect 2 '--plot FILE' compare "$resnet" "$resnet" --device L4 "$option"
done
expect 2 '--plot FILE' sweep conv --device L4 --figure roofline
run sweep conv --device L4 --plot -
[ "$code" = 2 ] || fail "sweep --plot -: exit $code"
[ ! -s out ] || fail "sweep --plot - writes before it refuses"
expect 2 'roofline report writes pages' sweep conv --device L4 --plot page.html
expect 2 'a page is of one model' plot "$resnet" "$resnet" --device L4 -o page.html
expect 2 'a page holds all figures' analyze "$resnet" --device L4 --plot page.html --theme dark
succeed plot "$resnet" --device L4 -o page.html
succeed analyze "$resnet" --device L4 --plot same.html
succeed report "$resnet" --device L4 -o report.html
cmp -s page.html report.html || fail "plot and report write different pages"
cmp -s same.html report.html || fail "analyze and report write different pages"
expect 2 'must end in .html; roofline plot' report "$resnet" --device L4 -o page.png
expect 2 'conv, gemm, attention or reshape' sweep pool --device L4
expect 2 'give one of them' calibrate --quick --full
succeed calibrate --cpu --list --only 'VECTOR fp32*1core'
contains out '^vector fp32 .*1core$'
if grep -v '^vector fp32 .*1core$' out; then fail '--list --only lists others'; fi
expect 2 'no kernel has "nothing"' calibrate --cpu --list --only nothing
expect 2 'give one of them' calibrate --cpu --gpu 0
expect 2 'give one of them' calibrate --gpu 0 --cpu
expect 2 'give one of them' calibrate --gpu 0 --all-gpus
expect 2 'unknown option -x$' analyze "$resnet" -x
expect 2 'did you mean --plot' analyze "$resnet" --plto x.png

# offer WORDS...: what bash offers for the last one.
offer() {
    checks=$((checks + 1))
    bash -c 'eval "$("$ROOFLINE" --completion)"; COMP_WORDS=(roofline "$@")
        COMP_CWORD=$#; _roofline; printf "%s\n" "${COMPREPLY[@]}"' bash "$@" >out 2>err
    [ ! -s err ] || fail "completion of $*: $(cat err)"
}
if command -v bash >/dev/null; then
    for command in $commands; do
        offer "$command"
        contains out "^$command\$"
        offer "$command" --he
        contains out '^--help$'
    done
    offer analyze net.onnx --fig
    contains out '^--figure$'
    offer analyze net.onnx --traffic ''
    [ "$(tr '\n' ' ' <out)" = 'op output fused ideal ' ] || fail "--traffic: $(cat out)"
    offer sweep conv --figure c
    [ "$(cat out)" = curve ] || fail "sweep --figure c: $(cat out)"
    offer sweep g
    [ "$(cat out)" = gemm ] || fail "sweep g: $(cat out)"
    offer devices s
    [ "$(cat out)" = show ] || fail "devices s: $(cat out)"
    : >net.onnx
    offer analyze ne
    [ "$(cat out)" = net.onnx ] || fail "a file: $(cat out)"
fi

finish
