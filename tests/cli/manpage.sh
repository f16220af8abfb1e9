#!/bin/sh
# Every option that the program's help knows is in the man page, and every option of the man page in
# the program's help.
. "$(dirname -- "$0")/lib.sh"

page=$SOURCE/docs/roofline.1
: >help
for command in '' analyze sweep explain plot compare report calibrate devices; do
    # Split on purpose: no command is no argument.
    # shellcheck disable=SC2086
    succeed $command --help
    cat out >>help
done

options() {
    grep -oE -- '(^|[^a-z-])--[a-z][a-z-]*' | grep -oE -- '--[a-z][a-z-]*' | sort -u
}
options <help >in_help
sed 's/\\-/-/g; s/\\f[BIRP]//g' "$page" | options >in_page
[ "$(wc -l <in_help)" -ge 15 ] || fail "the help names only: $(tr '\n' ' ' <in_help)"
while IFS= read -r option; do
    grep -qx -- "$option" in_page || fail "$option is not in the man page"
done <in_help
while IFS= read -r option; do
    grep -qx -- "$option" in_help || fail "$option of the man page is not in the help"
done <in_page

# Every environment variable that the sources read, and every command, too.
grep -rhoE '"ROOFLINE_[A-Z_]+"' "$SOURCE/src" | tr -d '"' | sort -u >variables
[ "$(wc -l <variables)" -ge 5 ] || fail "the sources read only: $(tr '\n' ' ' <variables)"
while IFS= read -r word; do
    grep -q "$word" "$page" || fail "$word is not in the man page"
done <variables
for word in NO_COLOR XDG_DATA_HOME analyze sweep explain plot compare report calibrate devices; do
    grep -q "$word" "$page" || fail "$word is not in the man page"
done

finish
