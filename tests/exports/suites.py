"""The whole models of the onnx package, with the inputs that it has for them."""

import glob
import os

import numpy
import onnx
from onnx import helper, numpy_helper
from onnx.backend.test import loader


def stored(case):
    """The arrays of data set 0, in order."""
    files = glob.glob(os.path.join(case.model_dir, "test_data_set_0", "input_*.pb"))
    for i in range(len(files)):
        tensor = onnx.TensorProto()
        with open(os.path.join(case.model_dir, "test_data_set_0", f"input_{i}.pb"), "rb") as file:
            tensor.ParseFromString(file.read())
        yield numpy_helper.to_array(tensor)


def light():
    """The networks that the package keeps without their weights."""
    folder = os.path.join(os.path.dirname(onnx.__file__), "backend", "test", "data", "light")
    for path in sorted(glob.glob(os.path.join(folder, "*.onnx"))):
        model = onnx.load(path)
        feeds = {}
        for i in given(model):
            tensor = i.type.tensor_type
            dtype = helper.tensor_dtype_to_np_dtype(tensor.elem_type)
            feeds[i.name] = numpy.ones([d.dim_value or 1 for d in tensor.shape.dim], dtype)
        yield os.path.basename(path)[:-len(".onnx")], model, feeds


def given(model):
    weights = {w.name for w in model.graph.initializer}
    return [i for i in model.graph.input if i.name not in weights]


def models():
    """(name, model, {input: array})"""
    yield from light()
    for kind in ("pytorch-converted", "pytorch-operator"):
        for case in loader.load_model_tests(kind=kind):
            model = onnx.load(os.path.join(case.model_dir, "model.onnx"))
            yield f"{kind}.{case.name}", model, dict(zip((i.name for i in given(model)), stored(case)))
