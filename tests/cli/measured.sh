#!/bin/sh
# Times of real runs: files as their tools write them, and what is no such file.
. "$(dirname -- "$0")/lib.sh"

resnet=$SOURCE/models/resnet50.onnx
on=RTX3080

cat >ort.json <<'END'
[
{"cat" : "Session","pid" :1,"tid" :1,"dur" :900,"ts" :10,"ph" : "X","name" :"session_initialization","args" : {}},
{"cat" : "Node","pid" :1,"tid" :1,"dur" :90000,"ts" :1100,"ph" : "X","name" :"/conv1/Conv_kernel_time","args" : {"op_name" : "Conv","node_index" : "0","provider" : "CPUExecutionProvider"}},
{"cat" : "Session","pid" :1,"tid" :1,"dur" :99000,"ts" :1000,"ph" : "X","name" :"model_run","args" : {}},
{"cat" : "Node","pid" :1,"tid" :1,"dur" :200,"ts" :200100,"ph" : "X","name" :"/conv1/Conv_kernel_time","args" : {"op_name" : "Conv","node_index" : "0","provider" : "CPUExecutionProvider"}},
{"cat" : "Node","pid" :1,"tid" :1,"dur" :7,"ts" :200400,"ph" : "X","name" :"ReorderOutput_kernel_time","args" : {"op_name" : "ReorderOutput","node_index" : "0","provider" : "CPUExecutionProvider"}},
{"cat" : "Session","pid" :1,"tid" :1,"dur" :1000,"ts" :200000,"ph" : "X","name" :"model_run","args" : {}}
]
END
cat >trt.json <<'END'
[
  { "count" : 50 }
, { "name" : "/conv1/Conv + /relu/Relu", "timeMs" : 1.0, "averageMs" : 0.02, "medianMs" : 0.021, "percentage" : 100 }
]
END
printf 'name,time_us\n/conv1/Conv,200\n' >times.csv

# The three say the same of the first layer, or nearly.
for file in ort.json times.csv; do
    succeed analyze "$resnet" --device "$on" --measured "$file" --top all
    contains out '#0 .*/conv1/Conv .* 200 µs +4\.0%'
    contains out '^measured 200 µs in 1 rows'
done
succeed analyze "$resnet" --device "$on" --measured ort.json
contains out 'ONNX Runtime profile ort.json, 1 run after one to warm$|1 run after one to warm up'
contains out 'no row +1 time, 7.00 µs: "ReorderOutput"'
contains out 'no time +121 rows'
succeed analyze "$resnet" --device "$on" --measured trt.json --sort measured --top 2
contains out 'trtexec profile trt.json, 50 runs'
succeed analyze "$resnet" --device "$on" --measured times.csv --group op --sort measured --top 1
contains out '^Conv .* 200 µs +4\.0%'
succeed analyze "$resnet" --device "$on" --measured times.csv --format json
contains out '"measured_s":[0-9.e-]+,"efficiency":0\.039'
contains out '"measured":\{"path":"times.csv","format":"CSV","runs":null'
succeed analyze "$resnet" --device "$on" --measured times.csv --format csv
contains out 'vector.*,0.0002,0.039'
succeed analyze "$resnet" --device none --measured times.csv --top 1
contains out '^measured 200 µs in 1 rows'
checks=$((checks + 1))
"$ROOFLINE" analyze "$resnet" --device "$on" --measured - <times.csv >piped 2>err || fail "times on standard input"
contains piped 'standard input'
succeed plot "$resnet" --device "$on" --measured times.csv -o timed.gp
contains timed.gp 'measured'
expect 2 'needs the model' plot --device "$on" --measured times.csv -o timed.gp

# Faster than the device can be is told, and what may be behind it.
printf 'name,time_ns\n/conv1/Conv,1\n' >fast.csv
succeed analyze "$resnet" --device "$on" --measured fast.csv
contains out 'too fast 1 time below what the device can do'

# One clear line, and exit code 3.
expect 3 'resnet50.onnx: no file of times: .*name,time_ms' analyze "$resnet" --device "$on" --measured "$resnet"
head -c 700 ort.json >cut.json
expect 3 'cut.json: item [0-9]+ is damaged|cut.json: ends after' analyze "$resnet" --device "$on" --measured cut.json
printf '{"traceEvents": []}' >other.json
expect 3 'looks like JSON' analyze "$resnet" --device "$on" --measured other.json
printf 'name,time\n/conv1/Conv,3\n' >unit.csv
expect 3 'unit.csv: line 2: .*time_ms' analyze "$resnet" --device "$on" --measured unit.csv
printf 'name,time_s\nfoo,3\n' >foreign.csv
expect 3 'none of its 1 names \("foo"' analyze "$resnet" --device "$on" --measured foreign.csv
printf 'name,time_s\n\033[31m,3\n' >hostile.csv
expect 3 'hostile.csv' analyze "$resnet" --device "$on" --measured hostile.csv
expect 1 'nowhere.csv' analyze "$resnet" --device "$on" --measured nowhere.csv
expect 2 'of one model' analyze "$resnet" "$resnet" --device "$on" --measured times.csv
expect 2 'not both' analyze - --device "$on" --measured -

finish
