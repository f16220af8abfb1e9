#!/bin/sh
# The page of `roofline report` in a real browser: it draws every kind of model without an error, its
# own policy lets nothing else run, it obeys keyboard and mouse, and 10,000 rows open within 2 s.
. "$(dirname -- "$0")/lib.sh"
: "${HOSTILE:?the program that writes the models}" "${MODELGEN:?the program that writes chains}"

# What needs no browser comes first: usage, and pages that are well-formed XML as well.
resnet=$SOURCE/models/resnet50.onnx
expect 2 'report needs one model' report
expect 2 'report needs one model' report "$resnet" "$resnet"
expect 3 'looks like text' report "$SOURCE/README.md" --device none -o text.onnx.html
[ ! -e text.onnx.html ] || fail "a page of what is no model"
succeed report "$resnet" --device 'RTX 3080' -o roof.html
[ ! -s out ] || fail "with -o nothing goes to stdout"
succeed report "$resnet" --device 'RTX 3080'
cmp -s out roof.html || fail "-o and stdout differ"
succeed report "$SOURCE/models/llama_decode.onnx" --dim past_sequence_length=99 --device none -o counts.html
succeed report "$SOURCE/models/resnet18_qdq.onnx" --device T4 -o integers.html

mkdir models
"$HOSTILE" write models >/dev/null || exit 1
pages="roof.html counts.html integers.html"
for model in models/name-*.onnx; do
    page=$(basename "$model" .onnx).html
    run report "$model" --device 'RTX 3080' -o "$page"
    is_one_of "$code" 0 3 || fail "$page: exit $code: $(head -c 200 err)"
    [ "$code" = 0 ] && pages="$pages $page"
done
if command -v xmllint >/dev/null; then
    for page in $pages; do
        checks=$((checks + 1))
        xmllint --huge --noout "$page" 2>err || fail "$page is not well formed: $(head -c 300 err)"
    done
fi
if grep -q 'https\?://[^w]' roof.html; then fail "a page names an address"; fi

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
    printf 'no chromium: the pages were not opened\n'
    [ "$failures" = 0 ] || exit 1
    exit 77
}

open_page() { # PAGE: leaves what the browser made of it in the file dom
    checks=$((checks + 1))
    timeout 90 "$browser" --headless=new --no-sandbox --disable-gpu --window-size=1400,1000 \
        --user-data-dir="$work/browser" --dump-dom "file://$work/$1" >dom 2>browser.err </dev/null ||
        fail "$1: the browser failed: $(tail -c 300 browser.err)"
    grep -o '<html[^>]*>' dom | head -1 >root
}

rows_in() { grep -o 'class="line row' "$1" | wc -l; }

# Every page draws its rows, and none has an error or was refused anything.
for page in $pages; do
    open_page "$page"
    grep -q 'data-ready="' root || fail "$page did not get ready: $(cat root)"
    if grep -q 'data-errors' root; then fail "$page: $(cat root)"; fi
    [ "$(rows_in dom)" -ge 1 ] || fail "$page shows no rows"
done

# A name that is markup is text: what the browser made holds it escaped.
open_page name-markup.html
contains dom '&lt;script&gt;alert\(1\)&lt;/script&gt;'
scripts=$(grep -o '<script' dom | wc -l)
open_page roof.html
[ "$(grep -o '<script' dom | wc -l)" = "$scripts" ] || fail "a name became a script"
[ "$(grep -c 'class="point' dom)" -ge 1 ] || fail "no points on the roof"
# Of each traffic mode the page shows what its bytes are.
[ "$(sed -n 's/.*id="traffic"//p' dom | sed 's/id="device".*//' | grep -o 'title="weights"' | wc -l)" = 4 ] ||
    fail "the bytes of traffic modes are not told apart"

# A script that does not belong to the page is refused.
sed 's|</body>|<script>document.documentElement.dataset.foreign = 1</script></body>|' roof.html >foreign.html
open_page foreign.html
if grep -q 'data-foreign' root; then fail "a foreign script ran"; fi

# Without the policy another script may drive the page, as a person would.
sed '/Content-Security-Policy/d' roof.html | sed '/<\/body>/d; /<\/html>/d' >driven.html
{
    printf '<script>\n'
    cat "$SOURCE/tests/cli/html_drive.js"
    printf '</script>\n</body>\n</html>\n'
} >>driven.html
open_page driven.html
contains root 'data-driven="[1-9]'
if grep -q 'data-failed' root; then fail "driven: $(grep -o 'data-failed="[^"]*"' root)"; fi
if grep -q 'data-errors' root; then fail "driven: $(cat root)"; fi

# Many rows: only those in sight are elements. The best of three, as machines are busy.
"$MODELGEN" chain 10000 chain.onnx || exit 1
succeed report chain.onnx --device 'RTX 3080' -o chain.html
best=99999
for _ in 1 2 3; do
    open_page chain.html
    ready=$(sed -n 's/.*data-ready="\([0-9]*\)".*/\1/p' root)
    [ "${ready:-99999}" -lt "$best" ] && best=$ready
    [ "$best" -le 2000 ] && break
done
[ "$best" -le 2000 ] || fail "10,000 rows open in $best ms"
[ "$(rows_in dom)" -le 100 ] || fail "all rows are elements: $(rows_in dom)"
contains dom '10,000 rows'

finish
