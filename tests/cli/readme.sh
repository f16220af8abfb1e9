#!/bin/sh
# Every command of the README's code blocks runs as it stands, in order, from the root of a clone, and
# prints what the README shows of it.
# Set-up lines (git, cd, ./bootstrap test and build) are what the continuous integration itself does.
. "$(dirname -- "$0")/lib.sh"

for name in models devices docs tests; do
    ln -s "$SOURCE/$name" "$name"
done
mkdir bin
ln -s "$ROOFLINE" bin/roofline
ln -s "$ROOFLINE" bootstrap
PATH=$work/bin:$PATH

# Code blocks marked `sh` hold commands, one to a line, maybe with a comment behind.
awk '/^```sh$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$SOURCE/README.md" |
    sed 's/[[:space:]]#[[:space:]].*//' >commands

while IFS= read -r line; do
    case $line in
    '' | 'git '* | 'cd '* | './bootstrap test'* | './bootstrap build'* | *install* | 'bench/'* | 'meson '* | 'ninja '*) continue ;;
    esac
    checks=$((checks + 1)) code=0
    timeout 120 sh -c "$line" >out 2>err </dev/null || code=$?
    [ "$code" = 0 ] || fail "README: $line: exit $code: $(head -c 300 err)"
done <commands

[ "$checks" -ge 5 ] || fail "the README has only $checks commands"

# What is shown of a command's output is in it, blanks and the ends of lines aside; "..." and "[...]"
# stand for what is left out.
awk '/^    \$ / { name = "shown" ++n; print substr($0, 7) >(name ".sh"); inside = 1; next }
    inside && /^(    |$)/ { print >(name ".lines"); next }
    { inside = 0 }' "$SOURCE/README.md"
shown=0
for script in shown*.sh; do
    timeout 120 sh "./$script" 2>err </dev/null | tr -s ' \n' ' ' >flat
    while read -r line; do
        line=$(printf '%s' "${line%%' [...]'*}" | tr -s ' ')
        case $line in '' | ...) continue ;; esac
        shown=$((shown + 1))
        grep -qF -- "$line" flat || fail "README: $(cat "$script") does not print: $line"
    done <"${script%.sh}.lines"
done
[ "$shown" -ge 20 ] || fail "the README shows only $shown lines of output"

# Every file the README shows or links to is there.
grep -oE '\]\([^)#]+' "$SOURCE/README.md" | sed 's/^](//' | grep -v '^http' |
    while IFS= read -r path; do
        [ -e "$SOURCE/$path" ] || echo "$path"
    done >missing
[ ! -s missing ] || fail "README links to what is not there: $(tr '\n' ' ' <missing)"

finish
