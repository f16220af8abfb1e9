"""What ONNX Runtime's own tools make of an exported model: quantized, fused, packed into four bits."""

import os

import onnx

IMAGES = ("resnet50", "mobilenet_v3", "vit_b_16")
TEXTS = ("bert", "gpt2", "llama", "distilbert", "t5")


def named(path, how):
    return path.replace(".onnx", f".{how}.onnx")


def prepared(path):
    from onnxruntime.quantization.shape_inference import quant_pre_process
    out = named(path, "prepared")
    quant_pre_process(path, out, skip_symbolic_shape=True)
    return out


def dynamic(path, _feeds):
    from onnxruntime.quantization import quantize_dynamic
    out = named(path, "quantized_dynamic")
    quantize_dynamic(prepared(path), out)
    return out


def static(form):
    def make(path, feeds):
        from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_static

        class Once(CalibrationDataReader):
            def __init__(self):
                self.feeds = [feeds]

            def get_next(self):
                return self.feeds.pop() if self.feeds else None

        out = named(path, f"quantized_{form}".lower())
        quantize_static(prepared(path), out, Once(), quant_format=getattr(QuantFormat, form))
        return out
    return make


def fused(kind):
    def make(path, _feeds):
        from onnxruntime.transformers import optimizer
        from onnxruntime.transformers.fusion_options import FusionOptions
        out = named(path, "fused")
        options = FusionOptions(kind)
        model = optimizer.optimize_model(path, model_type=kind, num_heads=4, hidden_size=32,
                                         optimization_options=options, opt_level=0)
        model.save_model_to_file(out)
        return out
    return make


def four_bits(path, _feeds):
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
    out = named(path, "four_bits")
    quantizer = MatMulNBitsQuantizer(onnx.load(path), block_size=16, is_symmetric=False)
    quantizer.process()
    quantizer.model.save_model_to_file(out)
    return out


def half(path, _feeds):
    from onnxruntime.transformers.float16 import convert_float_to_float16
    out = named(path, "half")
    onnx.save(convert_float_to_float16(onnx.load(path), keep_io_types=True), out)
    return out


def same_macs(path):
    """Whether the tool keeps what torch counts: attention fused from its products does too."""
    return os.path.basename(path).split(".")[-2] != "prepared"


def of(name):
    """(what, how) of everything that is made of one architecture."""
    if name in IMAGES:
        return [("dynamic quantization", dynamic), ("QDQ", static("QDQ")), ("QOperator", static("QOperator")),
                ("half precision", half)]
    if name in TEXTS:
        kind = {"gpt2": "gpt2", "t5": "t5", "llama": "gpt2"}.get(name, "bert")
        return [("dynamic quantization", dynamic), ("optimizer", fused(kind)), ("four bits", four_bits)]
    return []
