"""Shapes and types against the ONNX project's own operator suite.

Every case of the installed onnx package is stripped of its output shapes, analysed with the values
of its data set 0 given by --value, and compared: right, unknown (not told), or wrong.

    run.py ROOFLINE [--suite node] [--no-values] [--expected FILE] [--update]

With --expected, a case that is listed there as right must still be right (exit 1 otherwise), and
no case may be wrong."""

import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import warnings

import numpy
import onnx
import onnx.numpy_helper
from onnx.backend.test import loader

ONNX_NAMES = {  # this tool's names of element types -> ONNX's
    "fp32": "float", "fp64": "double", "fp16": "float16", "bf16": "bfloat16",
    "fp8e4m3": "float8e4m3fn", "fp8e4m3fnuz": "float8e4m3fnuz", "fp8e5m2": "float8e5m2",
    "fp8e5m2fnuz": "float8e5m2fnuz", "fp4e2m1": "float4e2m1", "e8m0": "float8e8m0",
    "fp6e2m3": "float6e2m3", "fp6e3m2": "float6e3m2",
}
LOADERS = {
    "node": loader.load_node_model_tests,
    "converted": lambda: loader.load_model_tests(kind="pytorch-converted"),
    "operator": lambda: loader.load_model_tests(kind="pytorch-operator"),
    "simple": lambda: loader.load_model_tests(kind="simple"),
}


def element_name(number):
    return onnx.TensorProto.DataType.Name(number).lower()


def load_model(case):
    if case.model is not None:
        return onnx.ModelProto.FromString(case.model.SerializeToString())
    return onnx.load(os.path.join(case.model_dir, "model.onnx"), load_external_data=False)


def as_proto(item):
    """A TensorProto of one input or output of a data set, or None for what is no tensor."""
    if isinstance(item, onnx.TensorProto):
        return item
    if isinstance(item, (numpy.ndarray, numpy.generic, float, int, bool)):
        return onnx.numpy_helper.from_array(numpy.asarray(item))
    return None


def read_protos(case, kind):
    folder = os.path.join(case.model_dir, "test_data_set_0")
    protos = []
    while os.path.exists(os.path.join(folder, f"{kind}_{len(protos)}.pb")):
        tensor = onnx.TensorProto()
        with open(os.path.join(folder, f"{kind}_{len(protos)}.pb"), "rb") as f:
            try:
                tensor.ParseFromString(f.read())
            except Exception:  # a sequence or optional
                tensor = None
        protos.append(tensor)
    return protos


def data_set(case):
    """(inputs, outputs) of data set 0 as TensorProtos."""
    if case.data_sets:
        return tuple([as_proto(item) for item in side] for side in case.data_sets[0])
    return read_protos(case, "input"), read_protos(case, "output")


def expected_of(declared, tensor):
    """(dtype, shape) of an expected output; no shape for what is no tensor."""
    if declared.type.WhichOneof("value") != "tensor_type" or tensor is None:
        return (None, None)
    return (element_name(declared.type.tensor_type.elem_type), list(tensor.dims))


def erase(model):
    for output in model.graph.output:
        if output.type.WhichOneof("value") == "tensor_type":
            output.type.tensor_type.ClearField("shape")
    del model.graph.value_info[:]


def run_case(roofline, case, folder, with_values):
    model = load_model(case)
    inputs, outputs = data_set(case)
    expected = [expected_of(o, tensor) for o, tensor in zip(model.graph.output, outputs)]
    erase(model)
    path = os.path.join(folder, case.name)
    onnx.save(model, path + ".onnx")
    command = [roofline, "analyze", path + ".onnx", "--device", "none", "--format", "json"]
    initializers = {i.name for i in model.graph.initializer}
    given = [i for i in model.graph.input if i.name not in initializers]
    for k, (declared, tensor) in enumerate(zip(given, inputs)):
        if with_values and tensor and declared.type.WhichOneof("value") == "tensor_type":
            with open(f"{path}_{k}.pb", "wb") as f:
                f.write(tensor.SerializeToString())
            command += ["--value", f"{declared.name}={path}_{k}.pb"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode:
        return case.name, "error", done.stderr.strip()[:300]
    return (case.name, *compare(expected, json.loads(done.stdout)))


def compare(expected, analysis):
    verdict, why = "right", ""
    for (dtype, shape), got in zip(expected, analysis["outputs"]):
        if shape is None:
            continue
        name = ONNX_NAMES.get(got["dtype"], got["dtype"])
        if name is None or name == "?" or got["shape"] is None or None in got["shape"]:
            if name not in (None, "?", dtype):
                return "wrong", f"type {name}, not {dtype}"
            known = got["shape"] or []
            if got["shape"] is not None and (len(known) != len(shape) or any(
                    k is not None and k != s for k, s in zip(known, shape))):
                return "wrong", f"shape {known}, not {shape}"
            verdict, why = "unknown", f"{got['name']}: {name} {got['shape']}, is {dtype} {shape}"
        elif name != dtype or got["shape"] != shape:
            return "wrong", f"{name} {got['shape']}, not {dtype} {shape}"
    return verdict, why


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("roofline")
    parser.add_argument("--suite", default="node", choices=LOADERS)
    parser.add_argument("--no-values", action="store_true")
    parser.add_argument("--expected")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    cases = LOADERS[options.suite]()
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda c: run_case(options.roofline, c, folder,
                                                   not options.no_values), cases))
    return judge(results, options)


def judge(results, options):
    counts = {}
    for name, verdict, why in results:
        counts[verdict] = counts.get(verdict, 0) + 1
        if verdict != "right":
            print(f"{verdict:8} {name}: {why}")
    right = {name for name, verdict, _ in results if verdict == "right"}
    print(f"{options.suite}: {len(right)} of {len(results)} right "
          f"({100 * len(right) / max(1, len(results)):.2f} %), {counts}")
    if options.update:
        with open(options.expected, "w") as f:
            f.writelines(f"{name}\n" for name in sorted(right))
    if not options.expected:
        return 0
    with open(options.expected) as f:
        lost = sorted({line.strip() for line in f} - right)
    for name in lost:
        print(f"no longer right: {name}")
    return 1 if lost or counts.get("wrong") else 0


if __name__ == "__main__":
    sys.exit(main())
