#!/bin/sh
# A calibration that does not come to its end: Ctrl-C, kill -9, a full disk, a folder that cannot be
# written, another calibration at the same time, a kernel that never ends. One clear line, a part that
# is marked so, and the profile before stays as it was, bit by bit. Against a fake driver.
. "$SOURCE/tests/fake_cuda/lib.sh"
export ROOFLINE_CUBLASLT=/nowhere/libcublasLt.so
machine a100
quiet=-q

# until_true COMMAND...: waits for it to hold, ten seconds at most.
until_true() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -gt 200 ]; then
            fail "never came: $*"
            return
        fi
        sleep 0.05
    done
}

# start PART ARGUMENTS...: a calibration that takes many seconds, in the background; goes on when the
# file PART has a figure. Its process is $pid.
start() {
    part=$1
    shift
    rm -f "$part"
    checks=$((checks + 1))
    "$ROOFLINE" calibrate --gpu 0 $quiet "$@" >out 2>err </dev/null &
    pid=$!
    until_true grep -q '^compute,' "$part"
}

# start_second FILE: another one while the first runs, into out2 and err2; goes on when it waits.
start_second() {
    rm -f err2 # of the one before, which said the same
    "$ROOFLINE" calibrate --gpu 0 --quick --only 'vector fp32' -o "$1" >out2 2>err2 </dev/null &
    pid=$!
    until_true grep -q 'another calibration is running on this machine: waiting for it' err2
}

# ended CODE [ERR]: and how it ended; ERR: what it said on the way (err).
ended() {
    code=0
    wait "$pid" || code=$?
    [ "$code" = "$1" ] || fail "exit $code, not $1: $(head -c 300 "${2:-err}")"
}

same() {
    cmp "$1" "$2" || fail "$1 has changed"
}

# --- Ctrl-C ---

succeed calibrate --gpu 0 --quick -q --only 'vector fp32' -o kept.csv
cp kept.csv before.csv
start kept.csv.partial --only vector -o kept.csv
kill -INT "$pid"
ended 130
one_clear_line Ctrl-C
contains err 'interrupted after [0-9]+ of [0-9]+ measurements'
contains out 'from before stays as it is; the part that was measured is kept as kept.csv.partial$'
same kept.csv before.csv
contains kept.csv.partial '^device,partial,'
succeed devices show ./kept.csv.partial
contains out partial

start new.csv.partial --only vector -o new.csv
kill -TERM "$pid"
ended 130
contains out 'saved the part that was measured as new.csv'
contains new.csv '^device,partial,.*interrupted'

# The profile of this machine, which commands use without being asked to.
succeed calibrate --gpu 0 --quick -q
saved=$(find "$XDG_DATA_HOME/roofline" -name 'gpu-*.csv')
cp "$saved" before.csv
start "$saved.partial"
kill -INT "$pid"
ended 130
same "$saved" before.csv
contains out "the part that was measured is kept as $saved.partial\$"
contains "$saved.partial" '^device,partial,.*interrupted'
rm -f "$saved.partial"

# A series of --sustained is kept as well: by itself, and by kill -9 after its first kernel.
cp before.csv series.csv
start_sustained() {
    rm -f series.csv.partial
    checks=$((checks + 1))
    "$ROOFLINE" calibrate --gpu 0 -q --sustained 1s --only 'vector fp' -o series.csv >out 2>err </dev/null &
    pid=$!
    until_true grep -q '^series,' series.csv.partial
}
start_sustained
kill -INT "$pid"
ended 130
contains out 'kept as series.csv.partial$'
contains series.csv.partial '^device,partial,.*interrupted after [0-9]+ s of vector fp'
same series.csv before.csv
start_sustained
kill -KILL "$pid"
ended 137
contains series.csv.partial '^device,partial,.*ended after [0-9]+ kernels of --sustained'
same series.csv before.csv
rm -f series.csv*

# --- kill -9, and the lock of the one that was killed ---

start kept.csv.partial --only vector -o kept.csv
kill -KILL "$pid"
ended 137
contains kept.csv.partial '^device,partial,.*ended after'
contains kept.csv.partial '^compute,vector'
if find . -name '.roofline-*' | grep -q .; then fail 'a temporary file is left'; fi
succeed calibrate --gpu 0 --quick -q --only 'vector fp32' -o kept.csv
[ ! -e kept.csv.partial ] || fail 'the part is left'
cp kept.csv before.csv

# --- two at once: the second one waits, and says so; Ctrl-C ends the waiting ---

start first.csv.partial --only vector -o first.csv
first=$pid
start_second kept.csv
kill -INT "$pid"
ended 130 err2
contains err2 'interrupted while another calibration was running'
same kept.csv before.csv
start_second second.csv
kill -INT "$first"
ended 0 err2
contains second.csv '^compute,vector,fp32'
wait "$first" || true

# Commands that need a profile and start together on a machine that has none: one measures for all.
mkdir together
for i in 1 2 3; do
    XDG_DATA_HOME=$work/together ROOFLINE_CALIBRATE=auto "$ROOFLINE" analyze \
        "$SOURCE/models/resnet18.onnx" --top 1 >"out$i" 2>"err$i" </dev/null &
done
wait
cat err1 err2 err3 >err
checks=$((checks + 1))
[ "$(grep -c 'measured this machine' err)" = 1 ] || fail "not measured once: $(cat err)"
for i in 1 2 3; do
    contains "out$i" '^device   NVIDIA A100.*measured'
done

# --- nowhere to write to ---

# A file may not grow: writing fails as on a full disk. What is printed goes through a pipe.
limited() {
    checks=$((checks + 1))
    { (trap '' XFSZ && ulimit -f 0 && exec "$ROOFLINE" "$@" </dev/null 2>&1); echo "exit $?"; } | cat
}
limited calibrate --gpu 0 --quick -q --only 'vector fp32' -o kept.csv >said
contains said '^exit 1$'
contains said '^roofline: cannot save the profile as kept.csv: '
same kept.csv before.csv
if find . -name '.roofline-*' | grep -q .; then fail 'a temporary file is left'; fi
limited calibrate --gpu 0 --quick -q >said
contains said '^exit 1$'
contains said 'cannot save the profile as .*/roofline/gpu-'

expect 1 'cannot write /nowhere/x.csv' calibrate --gpu 0 --quick -q -o /nowhere/x.csv
# Said before anything is measured.
[ ! -w /dev/full ] || expect 1 '/dev/full: not saved, as it is no ordinary file' calibrate --gpu 0 -o /dev/full
expect 1 '/dev/stdout: not saved' calibrate --gpu 0 -o /dev/stdout
[ -L /dev/stdout ] || fail 'a file took the place of /dev/stdout'
mkdir folder
expect 1 'folder/ is a folder: give the name of a file in it' calibrate --gpu 0 -o folder/
expect 1 'a file without a name' calibrate --gpu 0 -o ''
# -o - is standard output, in place of the table; nobody there, and the profile is saved all the same.
succeed calibrate --gpu 0 --quick -q --only 'vector fp32' -o -
[ ! -e - ] || fail 'a file named -'
[ "$(head -c 8 out)" = section, ] || fail "-o - wrote $(head -c 100 out)"
contains out '^compute,vector,fp32'
if grep -q 'median' out; then fail 'a table in the profile'; fi
(trap '' PIPE; "$ROOFLINE" calibrate --gpu 0 --quick -q --only v -o unread.csv 2>err; echo $? >code) | true
contains unread.csv '^compute,vector,fp32'
touch file
XDG_DATA_HOME=$work/file/data run calibrate --gpu 0 --quick -q
[ "$code" = 1 ] || fail "a home that is none: exit $code"
contains err 'cannot save the profile as .*file/data/roofline/.*: Not a directory'
if [ "$(id -u)" != 0 ]; then
    mkdir locked && chmod 555 locked
    XDG_DATA_HOME=$work/locked run calibrate --gpu 0 --quick -q
    [ "$code" = 1 ] || fail "a read-only home: exit $code"
    contains err 'cannot save the profile as .*: Permission denied'
fi
code=0
env -u HOME -u XDG_DATA_HOME "$ROOFLINE" calibrate --gpu 0 --quick -q >out 2>err </dev/null || code=$?
[ "$code" = 1 ] || fail "no home: exit $code"
contains err 'no folder to save the profile in: set HOME or XDG_DATA_HOME'

# --- a kernel that never ends: Ctrl-C need not wait for it ---

export FAKE_CUDA_STUCK=vector_fp64_8
quiet=''
start kept.csv.partial --only vector -o kept.csv
until_true grep -q '^compute,vector,fp32,fp32,ffma-4,' kept.csv.partial
sleep 1 # into the next
kill -INT "$pid"
ended 130
contains err 'vector fp64 dfma-8 .*running the kernel: the GPU has not answered'
contains err 'interrupted after 3 of'
same kept.csv before.csv
contains kept.csv.partial '^compute,vector,fp32'
unset FAKE_CUDA_STUCK

finish
