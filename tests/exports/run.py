"""Real exports against ONNX Runtime's shapes and torch's FLOPs. Made on demand, not by the tests:

    run.py ROOFLINE FOLDER [--only NAME] [--suites]

needs torch, torchvision, timm, transformers, onnx, onnxscript and onnxruntime. Every architecture is
exported with random weights by both exporters of torch, with and without dynamic dimensions, and some
of the results go through ONNX Runtime's quantizers and its transformer optimizer. For each: no node is
unknown; the types and shapes of all nodes are those of ONNX Runtime's run; matrix MACs are those of
torch's flop counter (at least them where sizes depend on data: the most is assumed); totals are the sums of
the rows; and ideal <= fused <= op. --suites does the same,
without torch's counts, for the whole models of the onnx package. Prints a table; 1 when anything
differs."""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import warnings

import onnx
import onnxruntime
import torch
from torch.utils.flop_counter import FlopCounterMode

import derived
import suites
from architectures import ARCHITECTURES

ROOFLINE_NAMES = {"float": "fp32", "double": "fp64", "float16": "fp16", "bfloat16": "bf16"}
VARIANTS = [(exporter, dims) for exporter in ("script", "dynamo") for dims in ("static", "dynamic")]


# --- Making --------------------------------------------------------------------------------------


def dynamo_shapes(inputs, varying):
    """By position, as the exporter wants them: inputs after the named ones of forward share one tuple."""
    return tuple({axis: torch.export.Dim.AUTO for axis in varying.get(name, {})} for name in inputs)


@contextlib.contextmanager
def silence():
    """Nothing reaches the terminal, not even from C++."""
    kept = [(fd, os.dup(fd)) for fd in (1, 2)]
    sys.stdout.flush()
    with open(os.devnull, "w") as nowhere:
        for fd, _ in kept:
            os.dup2(nowhere.fileno(), fd)
    try:
        yield
    finally:
        sys.stdout.flush()
        for fd, copy in kept:
            os.dup2(copy, fd)
            os.close(copy)


def quietly(make, *arguments):
    with silence():
        return make(*arguments)


def export(module, inputs, varying, path, exporter):
    common = dict(input_names=list(inputs), dynamo=exporter == "dynamo")
    if varying and exporter == "dynamo":
        shapes = dynamo_shapes(inputs, varying)
        named = [p for p in torch_parameters(module) if p.kind != p.VAR_POSITIONAL]
        starred = len(named) < len(torch_parameters(module))
        common["dynamic_shapes"] = (*shapes[:len(named)], shapes[len(named):]) if starred else shapes
    elif varying:
        common["dynamic_axes"] = varying
    with silence():
        torch.onnx.export(module, tuple(inputs.values()), path, **common)


def torch_parameters(module):
    import inspect
    return list(inspect.signature(module.forward).parameters.values())


def torch_macs(module, inputs):
    torch.backends.mha.set_fastpath_enabled(False)  # its fused kernels escape the counter, as do those of recurrent networks
    module.requires_grad_(False)  # the counter's hooks look for gradients that no_grad does not make
    with torch.no_grad(), torch.backends.mkldnn.flags(enabled=False), FlopCounterMode(display=False) as counter:
        module(*inputs.values())
    return counter.get_total_flops() // 2


# --- Comparing -----------------------------------------------------------------------------------


def with_names(path):
    """A copy of the model in which every node has a name of its own; weights go to a file beside."""
    model = onnx.load(path)
    number = 0
    graphs = [model.graph]
    while graphs:
        graph = graphs.pop()
        for node in graph.node:
            node.name = f"n{number}"
            number += 1
            graphs += [g for a in node.attribute for g in [a.g, *a.graphs] if g.node]
    copy = path.replace(".onnx", ".named.onnx")
    if os.path.exists(copy + ".data"):
        os.remove(copy + ".data")
    onnx.save(model, copy, save_as_external_data=True, location=os.path.basename(copy) + ".data")
    return copy, model


def profile(path, feeds):
    """{node name: [[(type, shape), ...] of every run]} of a run without optimizations."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.enable_profiling = True
    options.log_severity_level = 4
    options.profile_file_prefix = path
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    session.run(None, feeds)
    written = session.end_profiling()
    with open(written) as file:
        events = json.load(file)
    os.remove(written)
    runs = {}
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            outputs = [next(iter(o.items())) for o in event["args"]["output_type_shape"]]
            runs.setdefault(event["name"][:-len("_kernel_time")], []).append(
                [(ROOFLINE_NAMES.get(kind, kind), shape) for kind, shape in outputs])
    return runs


def bindings(model, feeds):
    """--dim for dimensions with a plain name, --shape for inputs with other ones."""
    words = []
    for value in model.graph.input:
        if value.name not in feeds:
            continue
        names = [d.dim_param for d in value.type.tensor_type.shape.dim]
        shape = feeds[value.name].shape
        words += [f"--dim={n}={size}" for n, size in zip(names, shape) if n.isidentifier()]
        if any(n and not n.isidentifier() for n in names):
            words.append(f"--shape={value.name}=" + "x".join(map(str, shape)))
    return list(dict.fromkeys(words))


def analyze(roofline, path, words, *more):
    done = subprocess.run([roofline, "analyze", path, "--device", "none", "--format", "json", *words, *more],
                          capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"roofline exits with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def fits(tensor, shape, is_bound):
    """A size that depends on data is not told, and estimated by the largest that it can be: is_bound."""
    told = tensor["shape"]
    most = tensor.get("estimated_shape", told)
    return (most is not None and len(most) == len(shape) and
            (told is None or all(mine in (None, size) for mine, size in zip(told, shape))) and
            all(mine is None or mine >= size or not is_bound for mine, size in zip(most, shape)))


def among(output, tensors, is_bound):
    """Its CPU provider computes half precision in single."""
    kind, shape = output
    return any(kind in (t["dtype"], "fp32" if t["dtype"] == "fp16" else t["dtype"]) and fits(t, shape, is_bound)
               for t in tensors)


def unknown_sizes(analysis):
    """(not told, not even estimated)"""
    outputs = [o for row in analysis["nodes"] if row["status"] != "dead" for o in row["outputs"]]
    return [sum(None in (shape or []) for shape in shapes) for shapes in (
        (o["shape"] for o in outputs), (o.get("estimated_shape", o["shape"]) for o in outputs))]


def shape_differences(analysis, runs):
    """(nodes compared, [difference])"""
    compared, found = 0, []
    for row in analysis["nodes"]:
        for run in runs.get(row["name"], [])[:1 if row["repeat"] == 1 else None]:
            mine = row["outputs"]
            compared += 1
            # ONNX Runtime names neither outputs that are left out nor sequences.
            tensors = [m for m in mine if m["dtype"] and m.get("estimated_shape", m["shape"]) is not None]
            is_bound = row["repeat"] == 1  # of iterations that differ, the middle one is estimated
            if len(run) > len(tensors) or any(not among(m, tensors, is_bound) for m in run):
                found.append(f"{row['id']} {row['op']}: {mine}, ONNX Runtime: {run}")
                break
    return compared, found


# MACs that torch executes and the exported graph does not: it computes them from constants alone (the
# bias of the positions is a small network over a fixed table; the embedding of a fixed grid, 8 x 8 x 2 x 8), or
# the output that is taken does not need them (scores of masks, 2 x (16 x 16 + 16 x 16 + 16 x 4)).
NOT_IN_GRAPH = {"timm_maxvit": 14745600, "segment_anything": 1024 + 1152}
DATA_DEPENDENT = ("ssdlite", "faster_rcnn", "mask_rcnn", "retinanet", "yolo")  # boxes are kept by their scores
SUMMED = ("macs", "flops", "matrix_flops", "vector_flops", "special_flops", "integer_ops", "bytes")


def broken_properties(analysis):
    totals, rows = analysis["totals"], analysis["nodes"]
    for key in SUMMED:
        total = sum(row[key] * row["repeat"] for row in rows if row[key] is not None)
        if totals[key] != total:
            yield f"total {key} is {totals[key]}, the rows sum to {total}"
    traffic = [totals["traffic"][mode] for mode in ("ideal", "fused", "op") if mode in totals["traffic"]]
    if traffic != sorted(traffic):
        yield f"traffic is not ideal <= fused <= op: {totals['traffic']}"
    unknown = analysis["coverage"]["unsupported"]
    if analysis["coverage"]["unknown"] or not totals["complete"]:
        yield f"not covered: {unknown or [r['id'] for r in rows if r['status'] == 'unknown']}"


def check(roofline, path, feeds, macs, data_dependent=False):
    """One line of the table, and what differs."""
    named, model = with_names(path)
    runs = profile(named, feeds)
    words = bindings(model, feeds)
    analysis = analyze(roofline, named, words)
    compared, found = shape_differences(analysis, runs)
    found += broken_properties(analysis)
    mine = analysis["totals"]["macs"]
    if macs is not None and (mine < macs if data_dependent else mine != macs):
        found.append(f"{mine} MACs, torch counts {macs} ({mine / max(macs, 1):.6f})")
    untold, unknown = unknown_sizes(analysis)
    if unknown or (untold and not data_dependent):
        found.append(f"{untold} shapes are not told, {unknown} not even estimated")
    coverage = analysis["coverage"]
    print(f"{os.path.basename(path):44} {coverage['nodes']:5} nodes {coverage['folded']:4} folded "
          f"{coverage['estimated']:3} estimated {compared:5} compared  {mine:>12} MACs  {len(found)} differences",
          flush=True)
    for text in found[:12]:
        print("   ", text[:600], flush=True)
    return len(found)


# --- All of them ---------------------------------------------------------------------------------


def attempt(what, make):
    """The result of make, or None after saying why there is none: some exports torch itself refuses."""
    try:
        return make()
    except Exception as problem:  # each of four libraries has its own kinds
        print(f"{what}: {type(problem).__name__}: {' '.join(str(problem).split())[:400]}", flush=True)
        return None


def run_architecture(options, name):
    torch.manual_seed(0)
    module, inputs, varying = ARCHITECTURES[name]()
    macs = torch_macs(module, inputs) - NOT_IN_GRAPH.get(name, 0)
    feeds = {k: v.numpy() for k, v in inputs.items()}
    counts = [0, 0, 0]  # compared, with differences, not made
    for exporter, dims in VARIANTS:
        path = os.path.join(options.folder, f"{name}.{exporter}.{dims}.onnx")
        if not os.path.exists(path):
            attempt(f"{os.path.basename(path)} cannot be exported", lambda: export(
                module, inputs, varying if dims == "dynamic" else None, path, exporter))
        made = [path] if os.path.exists(path) else []
        counts[2] += not made
        if made and (exporter, dims) == ("script", "dynamic"):
            for how, make in derived.of(name):
                one = attempt(f"{how} of {name} cannot be made", lambda: quietly(make, path, feeds))
                made += [one] if one else []
        for each in made:
            known = macs if each == path or derived.same_macs(each) else None
            differing = attempt(f"{os.path.basename(each)} fails",
                                lambda: check(options.roofline, each, used(each, feeds), known,
                                              name in DATA_DEPENDENT))
            counts[0] += 1
            counts[1] += differing != 0
    return counts


def used(path, feeds):
    """Only the inputs that the exporter has kept."""
    names = {i.name for i in onnx.load(path, load_external_data=False).graph.input}
    return {name: array for name, array in feeds.items() if name in names}


def check_suites(options):
    """How many of the onnx package's whole models differ."""
    compared = differing = too_old = 0
    for name, model, feeds in suites.models():
        path = os.path.join(options.folder, f"{name}.onnx")
        onnx.save(model, path)
        try:
            differing += check(options.roofline, path, feeds, None) != 0
            compared += 1
        except onnxruntime.capi.onnxruntime_pybind11_state.NotImplemented:
            too_old += 1
    print(f"{compared} models compared, {differing} with differences, {too_old} that ONNX Runtime cannot run")
    return differing


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("roofline")
    parser.add_argument("folder", help="where the models are kept, and found the next time")
    parser.add_argument("--only", action="append", choices=list(ARCHITECTURES))
    parser.add_argument("--suites", action="store_true", help="the models of the onnx package instead")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    os.makedirs(options.folder, exist_ok=True)
    compared = differing = missing = 0
    if options.suites:
        return 1 if check_suites(options) else 0
    for name in options.only or ARCHITECTURES:
        counts = attempt(name, lambda: run_architecture(options, name)) or [0, 1, 0]
        compared, differing, missing = compared + counts[0], differing + counts[1], missing + counts[2]
    print(f"{compared} models compared, {differing} with differences, {missing} that torch cannot export")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
