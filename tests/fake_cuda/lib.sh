# shellcheck shell=sh
# What every test against the fake driver begins with.
. "$SOURCE/tests/cli/lib.sh"
: "${FAKE_CUDA:?}" "${FAKE_NVML:?}"
export ROOFLINE_LIBCUDA="$FAKE_CUDA" ROOFLINE_NVML="$FAKE_NVML" ROOFLINE_LOCK="$work/lock"
unset CUDA_VISIBLE_DEVICES

# machine NAME: the GPUs that the driver has from here on.
machine() { export FAKE_CUDA_MACHINE="$1"; }

# measured NAME ARGUMENTS...: a quick profile of the machine's first GPU, saved as NAME.csv.
measured() {
    file=$1.csv
    shift
    succeed calibrate --quick -q -o "$file" "$@"
}

# is FILE ROW VALUE: a value of the profile, within 0.5 %. ROW: its columns before the value.
is() {
    checks=$((checks + 1))
    awk -F, -v row="$2" -v wanted="$3" '
        $1 "," $2 "," $3 "," $4 "," $5 == row { found = $6 }
        END { exit !(found > 0.995 * wanted && found < 1.005 * wanted) }' "$1" ||
        fail "$1: $2 is not $3: $(grep -F "$2" "$1")"
}
