"""Random nodes of every family, run by ONNX Runtime and analysed by roofline: every output's type and
shape must agree.

    compare.py ROOFLINE [--cases 300] [--seed 1] [--family NAME]

Cases are put together into models of many nodes, since starting a program costs more than a node. Where
ONNX Runtime refuses a model it is halved until the refused case stands alone; too many of those in a
family (its random numbers are meant to be valid) are a failure as well. 77 without onnxruntime."""

import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

try:
    import onnx
    import onnxruntime
except ImportError as missing:
    print(f"{missing}: skipped")
    sys.exit(77)
from onnx import helper, numpy_helper

import families

BATCH = 25  # cases in a model
MOST_REFUSED = 0.2  # of the cases of a family
ROOFLINE_NAMES = {
    "tensor(float)": "fp32", "tensor(double)": "fp64", "tensor(float16)": "fp16", "tensor(bfloat16)": "bf16",
    "tensor(float8e4m3fn)": "fp8e4m3", "tensor(float8e5m2)": "fp8e5m2",
}


def domain_versions(opset):
    versions = {"": opset, "ai.onnx.ml": 3, "com.microsoft": 1}
    return [helper.make_opsetid(*item) for item in versions.items()]


def model_of(cases):
    """One model of all the cases, which are of one opset; every output of every node is an output."""
    nodes, inputs, outputs, weights = [], [], [], []
    for case in cases:
        nodes += case.nodes
        weights += [numpy_helper.from_array(array, name) for name, array in case.weights.items()]
        inputs += [helper.make_tensor_value_info(
            name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            for name, array in case.feeds.items()]
        outputs += [helper.make_empty_tensor_value_info(name) for name in case.outputs]
    graph = helper.make_graph(nodes, "differential", inputs, outputs, weights)
    return helper.make_model(graph, opset_imports=domain_versions(cases[0].opset),
                             ir_version=8 if cases[0].opset < 19 else 10)


def run_reference(model, cases):
    """{output: (type, shape)} of ONNX Runtime, or None where it refuses."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        feeds = {name: onnxruntime.OrtValue.ortvalue_from_numpy(array)
                 for case in cases for name, array in case.feeds.items()}
        names = [o.name for o in session.get_outputs()]
        values = session.run_with_ort_values(names, feeds)
    except Exception as refusal:  # onnxruntime has a dozen kinds, with no common base
        return None, str(refusal)
    return {name: (v.data_type(), list(v.shape()) if v.is_tensor() else None)
            for name, v in zip(names, values) if v.has_value()}, ""


def run_roofline(roofline, model, folder):
    """{output: (type, shape)}, or None and its words where it refuses."""
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".onnx") as file:
        file.write(model)
        file.flush()
        done = subprocess.run([roofline, "analyze", file.name, "--device", "none", "--format", "json"],
                              capture_output=True, text=True, timeout=60)
    if done.returncode:
        return None, done.stderr.strip()
    return {o["name"]: (o["dtype"], o["shape"]) for o in json.loads(done.stdout)["outputs"]}, ""


def differences(case, reference, mine):
    for name, (kind, shape) in reference.items():
        if name not in case.outputs or shape is None:  # a sequence has no shape
            continue
        expected = (ROOFLINE_NAMES.get(kind, kind[len("tensor("):-1]), shape)
        if mine[name] != expected:
            yield f"{name}: {mine[name]}, ONNX Runtime: {expected}; {case}"


def compare(roofline, cases, folder):
    """(cases compared, cases refused, [difference])"""
    model = model_of(cases).SerializeToString()
    reference, refusal = run_reference(model, cases)
    mine, words = run_roofline(roofline, model, folder) if reference is not None else ({}, "")
    if reference is not None and mine is not None:
        return len(cases), [], [d for case in cases for d in differences(case, reference, mine)]
    if len(cases) > 1:
        middle = len(cases) // 2
        first, second = (compare(roofline, part, folder) for part in (cases[:middle], cases[middle:]))
        return tuple(a + b for a, b in zip(first, second))
    if reference is None:
        return 0, [f"{cases[0]}: {refusal}"], []
    return 1, [], [f"refused: {words}; {cases[0]}"]


def batches(cases):
    by_opset = {}
    for case in cases:
        by_opset.setdefault(case.opset, []).append(case)
    for group in by_opset.values():
        yield from (group[i:i + BATCH] for i in range(0, len(group), BATCH))


def check_family(options, name, folder, pool):
    cases = families.make(name, options.cases, options.seed)
    results = list(pool.map(lambda part: compare(options.roofline, part, folder), batches(cases)))
    compared = sum(r[0] for r in results)
    refused = [text for r in results for text in r[1]]
    found = [text for r in results for text in r[2]]
    print(f"{name:12} {compared:4} cases compared, {len(refused):3} refused by ONNX Runtime, "
          f"{len(found):3} differences")
    too_many = len(refused) > MOST_REFUSED * len(cases)
    for text in found + (refused if too_many or options.refused else []):
        print("   ", " ".join(text.split()))
    return bool(found) or too_many


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("roofline")
    parser.add_argument("--cases", type=int, default=300, help="of each family")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--family", action="append", choices=list(families.FAMILIES))
    parser.add_argument("--refused", action="store_true", help="show what ONNX Runtime refuses")
    options = parser.parse_args()
    onnxruntime.set_default_logger_severity(4)
    print(f"onnxruntime {onnxruntime.__version__}, onnx {onnx.__version__}, seed {options.seed}")
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        failed = [name for name in options.family or families.FAMILIES
                  if check_family(options, name, folder, pool)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
