"""The table of families: each function draws one case that ONNX Runtime should accept."""

import math

import numpy
from onnx import TensorProto, helper

from maker import NUMBERS, Case

MS = "com.microsoft"


# --- Windows -------------------------------------------------------------------------------------


def window(c, sizes, kernel, dilated=True, strided=True):
    """The attributes of a window that fits: strides, dilations and pads, or auto_pad."""
    d = len(sizes)
    attributes = {}
    if strided and c.often(0.8):
        attributes["strides"] = c.numbers(d, 1, 3)
    if dilated and c.often(0.4):
        attributes["dilations"] = c.numbers(d, 1, 2)
    how = c.choose("pads", "pads", "none", "SAME_UPPER", "SAME_LOWER", "VALID")
    if how == "pads":
        attributes["pads"] = [c.number(0, k - 1) for k in kernel * 2]
    elif how != "none" and "dilations" not in attributes:
        attributes["auto_pad"] = how
    return attributes


def sizes_and_kernel(c, d=None):
    d = d or c.choose(1, 2, 2, 2, 3)
    kernel = c.numbers(d, 1, 3)
    return [c.number(2 * k, 9) for k in kernel], kernel


def conv(c):
    sizes, kernel = sizes_and_kernel(c)
    group, per, out = c.number(1, 3), c.number(1, 3), c.number(1, 3)
    attributes = dict(group=group, kernel_shape=c.choose(None, kernel), **window(c, sizes, kernel))
    batch, channels = c.number(1, 3), group * per
    op = c.choose("Conv", "Conv", "ConvTranspose", "ConvTranspose", "ConvInteger", "QLinearConv", "FusedConv")
    x, w = [batch, channels, *sizes], [group * out, per, *kernel]
    c.at(11, 13, 17, 21)
    if op == "ConvTranspose":
        strides = attributes.get("strides", [1] * len(kernel))
        if c.often(0.3) and "auto_pad" not in attributes:
            attributes["output_padding"] = [c.number(0, s - 1) for s in strides]
        if c.often(0.2) and "dilations" not in attributes:
            attributes.pop("pads", None)
            attributes["output_shape"] = [(n - 1) * s + k - c.number(0, k - 1) for n, s, k in
                                          zip(sizes, strides, kernel)]
            attributes.pop("output_padding", None)
        return c.node(op, [c.data(x), c.operand([channels, out, *kernel]),
                           c.choose(None, c.weight([group * out]))], **attributes)
    if op == "ConvInteger":
        return c.node(op, [c.data(x, "uint8"), c.weight(w, "uint8"), c.choose(None, c.weight([], "uint8"))],
                      **attributes)
    if op == "QLinearConv":
        scale, zero = c.fixed(0.5, "float32"), c.fixed(3, "uint8")
        return c.node(op, [c.data(x, "uint8"), scale, zero, c.weight(w, "uint8"), scale, zero, scale, zero,
                           c.choose(None, c.weight([group * out], "int32"))], **attributes)
    fused = dict(domain=MS, activation=c.choose("Relu", "Tanh")) if op == "FusedConv" else {}
    return c.node(op, [c.data(x), c.operand(w), c.choose(None, c.weight([group * out]))], **attributes, **fused)


def pool(c):
    sizes, kernel = sizes_and_kernel(c)
    x = [c.number(1, 2), c.number(1, 4), *sizes]
    op = c.choose("MaxPool", "MaxPool", "AveragePool", "LpPool", "Global")
    if op == "Global":
        return c.node("Global" + c.choose("MaxPool", "AveragePool", "LpPool"), [c.data(x)])
    version = c.at(*{"MaxPool": (8, 10, 11, 12, 22), "AveragePool": (10, 11, 19, 22), "LpPool": (11, 18, 22)}[op])
    dilated = {"MaxPool": version >= 10, "AveragePool": version >= 19, "LpPool": version >= 18}[op]
    attributes = window(c, sizes, kernel, dilated)
    if version >= (18 if op == "LpPool" else 10) and "auto_pad" not in attributes and c.often():
        attributes["ceil_mode"] = 1
    return c.node(op, [c.data(x)], c.choose(1, 2) if op == "MaxPool" else 1, kernel_shape=kernel, **attributes)


# --- Contractions --------------------------------------------------------------------------------


def matmul(c):
    m, n, k = c.numbers(3, 1, 6)
    batch = c.shape(c.number(0, 2))
    a, b = c.under(batch) + [m, k], batch + [k, n]
    if c.often(0.2):
        a = [k]
    elif c.often(0.2):
        b = [k]
    op = c.choose("MatMul", "MatMul", "MatMulInteger", "QLinearMatMul", "FusedMatMul", "MatMulNBits")
    c.at(10, 13, 17)
    if op == "MatMulInteger":
        return c.node(op, [c.data(a, "uint8"), c.operand(b, "uint8")])
    if op == "QLinearMatMul":
        scale, zero = c.fixed(0.5, "float32"), c.fixed(3, "uint8")
        return c.node(op, [c.data(a, "uint8"), scale, zero, c.operand(b, "uint8"), scale, zero, scale, zero])
    if op == "FusedMatMul":
        swap = [c.number(0, 1), c.number(0, 1)]
        a, b = batch + ([k, m] if swap[0] else [m, k]), batch + ([n, k] if swap[1] else [k, n])
        return c.node(op, [c.data(a), c.operand(b)], domain=MS, transA=swap[0], transB=swap[1], alpha=2.0)
    if op == "MatMulNBits":
        block, blocks = 16, c.number(1, 3)
        return c.node(op, [c.data(batch + [m, block * blocks]), c.weight([n, blocks, block // 2], "uint8"),
                           c.weight([n * blocks])], domain=MS, K=block * blocks, N=n, bits=4, block_size=block)
    return c.node(op, [c.data(a), c.operand(b)])


def gemm(c):
    m, n, k = c.numbers(3, 1, 6)
    swap = [c.number(0, 1), c.number(0, 1)]
    c.at(7, 9, 11, 13)
    bias = c.operand(c.under([m, n])) if c.opset < 11 or c.often(0.7) else None
    return c.node("Gemm", [c.data([k, m] if swap[0] else [m, k]), c.operand([n, k] if swap[1] else [k, n]), bias],
                  transA=swap[0], transB=swap[1], alpha=c.choose(None, 2.0), beta=c.choose(None, 0.5))


def einsum(c):
    sizes = {letter: c.number(1, 4) for letter in "abcde"}
    if c.often(0.2):
        batch = c.shape(c.number(0, 2))
        return c.node("Einsum", [c.data(batch + [sizes["a"], sizes["b"]]), c.data(batch + [sizes["b"], sizes["c"]])],
                      equation=c.choose("...ab,...bc->...ac", "...ab, ...bc", "...ij,...jk->...ki"))
    terms = ["".join(c.some(sizes, 1)) for _ in range(c.number(1, 3))]
    met = sorted(set("".join(terms)))
    target = "" if c.often(0.3) else "->" + "".join(c.some(met))
    return c.node("Einsum", [c.data([sizes[letter] for letter in t]) for t in terms],
                  equation=",".join(terms) + target)


def attention(c):
    b, heads, group, head = c.number(1, 2), c.number(1, 3), c.number(1, 2), 2 * c.number(1, 4)
    q, kv = c.number(1, 5), c.number(1, 5)
    all_heads = heads * group
    op = c.choose("Attention", "Attention", "MultiHeadAttention", "GroupQueryAttention", "ms.Attention",
                  "RotaryEmbedding")
    if op == "Attention":
        c.at(23)
        if c.often():
            return c.node(op, [c.data([b, q, all_heads * head]), c.data([b, kv, heads * head]),
                               c.data([b, kv, heads * head])], q_num_heads=all_heads, kv_num_heads=heads)
        past = c.number(1, 4)
        cached = c.often()
        return c.node(op, [c.data([b, all_heads, q, head]), c.data([b, heads, kv, head]),
                           c.data([b, heads, kv, head]), None] +
                      ([c.data([b, heads, past, head])] * 2 if cached else []), 3 if cached else 1)
    if op == "MultiHeadAttention":
        value = 2 * c.number(1, 4)
        return c.node(op, [c.data([b, q, heads * head]), c.data([b, kv, heads * head]),
                           c.data([b, kv, heads * value])], domain=MS, num_heads=heads)
    if op == "GroupQueryAttention":
        past, head = c.number(1, 4), 8 * c.number(1, 2)
        fed = [c.data([b, 1, n * head]) for n in (all_heads, heads, heads)]
        cache = [c.data([b, heads, past, head]), c.data([b, heads, past, head])]
        lengths = [c.fixed([past] * b, "int32"), c.fixed(past + 1, "int32")]
        return c.node(op, fed + cache + lengths, 3, domain=MS, num_heads=all_heads, kv_num_heads=heads)
    if op == "ms.Attention":
        width = heads * head
        return c.node("Attention", [c.data([b, q, width]), c.weight([width, 3 * width]), c.weight([3 * width])],
                      domain=MS, num_heads=heads)
    c.at(23)
    return c.node(op, [c.data([b, heads, q, head]), c.data([q + 3, head // 2]), c.data([q + 3, head // 2]),
                       c.data([b, q], "int64", 0, q)])


def recurrent(c):
    op, gates = c.choose(("RNN", 1), ("GRU", 3), ("LSTM", 4))
    steps, batch, width, hidden = c.numbers(4, 1, 5)
    direction = c.choose("forward", "reverse", "bidirectional")
    d = 2 if direction == "bidirectional" else 1
    c.at(7, 14, 17, 22)
    inputs = [c.data([steps, batch, width]), c.operand([d, gates * hidden, width]),
              c.operand([d, gates * hidden, hidden]), c.choose(None, c.weight([d, 2 * gates * hidden])),
              c.choose(None, c.fixed(c.numbers(batch, 1, steps), "int32")),
              c.choose(None, c.data([d, batch, hidden]))]
    return c.node(op, inputs, c.number(1, 3 if op == "LSTM" else 2), hidden_size=hidden, direction=direction)


# --- Element by element --------------------------------------------------------------------------


def binary(c):
    op = c.choose("Add", "Sub", "Mul", "Div", "Pow", "Less", "Greater", "Equal", "LessOrEqual", "And", "Xor",
                  "Min", "Max", "Sum", "Mean", "Mod", "BitwiseAnd", "BitShift", "PRelu", "Where")
    shape = c.shape(c.number(0, 4))
    c.at(18)
    if op == "Where":
        return c.node(op, [c.data(c.under(shape), "bool"), c.data(shape), c.operand(c.under(shape))])
    if op == "PRelu":
        return c.node(op, [c.data(shape), c.weight(c.under(shape))])
    if op in ("Min", "Max", "Sum", "Mean"):
        return c.node(op, [c.data(c.under(shape)) for _ in range(c.number(1, 4))])
    dtype = {"And": "bool", "Xor": "bool", "BitwiseAnd": "int32", "BitShift": "uint8", "Pow": "float32"}.get(
        op, c.choose(*NUMBERS))
    sides = [shape, c.under(shape)]
    if c.often():
        sides.reverse()
    return c.node(op, [c.data(s, dtype, 1, 3) for s in sides], direction="LEFT" if op == "BitShift" else None,
                  fmod=1 if op == "Mod" and dtype.startswith("float") else None)


UNARY = ("Abs Neg Floor Ceil Round Sign Exp Log Sqrt Reciprocal Erf Tanh Sin Cos Tan Asin Sinh Sigmoid "
         "HardSigmoid HardSwish Softplus Softsign Mish Elu Selu Celu Gelu ThresholdedRelu Relu LeakyRelu IsNaN "
         "Not Clip Shrink Cast CastLike QuickGelu FastGelu").split()


def unary(c):
    op, shape = c.choose(*UNARY), c.shape()
    c.at(20)
    if op == "Cast":
        to = c.choose(*(TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL, TensorProto.FLOAT16,
                        TensorProto.BFLOAT16, TensorProto.UINT8, TensorProto.DOUBLE, TensorProto.FLOAT8E4M3FN))
        return c.node(op, [c.data(shape)], to=to)
    if op == "CastLike":
        return c.node(op, [c.data(shape), c.data([1], c.choose(*NUMBERS))])
    if op == "Clip":
        return c.node(op, [c.data(shape), c.choose(None, c.fixed(0.5, "float32")), c.fixed(2, "float32")])
    if op == "Not":
        return c.node(op, [c.data(shape, "bool")])
    return c.node(op, [c.data(shape)], domain=MS if op in ("QuickGelu", "FastGelu") else "")


def normalize(c):
    n, channels, sizes = c.number(1, 3), 2 * c.number(1, 3), c.shape(c.number(1, 3))
    shape = [n, channels, *sizes]
    op = c.choose("BatchNormalization", "LayerNormalization", "InstanceNormalization", "GroupNormalization", "LRN",
                  "LpNormalization", "MeanVarianceNormalization", "RMSNormalization", "Softmax", "LogSoftmax",
                  "Hardmax", "SkipLayerNormalization", "SkipSimplifiedLayerNormalization")
    c.at(*{"GroupNormalization": (21,), "RMSNormalization": (23,)}.get(op, (17,)))
    x = c.data(shape)
    if op == "BatchNormalization":
        training = c.opset >= 14 and c.often(0.3)
        return c.node(op, [x] + [c.weight([channels], low=1) for _ in range(4)], 3 if training else 1,
                      training_mode=1 if training else None)
    if op in ("LayerNormalization", "RMSNormalization"):
        axis = c.axis(len(shape))
        weights = [c.weight(shape[axis:]) for _ in range(2 if op[0] == "L" else 1)]
        return c.node(op, [x, *weights], c.number(1, 3) if op[0] == "L" else 1, axis=axis)
    if op in ("InstanceNormalization", "GroupNormalization"):
        return c.node(op, [x, c.weight([channels]), c.weight([channels])],
                      num_groups=2 if op[0] == "G" else None)
    if op == "LRN":
        return c.node(op, [c.data([n, channels, 3, 4])], size=c.choose(1, 3, 5))
    if op.startswith("Skip"):
        rows = c.data([n, 3, channels])
        return c.node(op, [rows, c.data([n, 3, channels]), c.weight([channels])], c.choose(1, 4), domain=MS)
    if op == "MeanVarianceNormalization":
        return c.node(op, [c.data([n, channels, 2, 3])])
    return c.node(op, [x], axis=c.choose(None, c.axis(len(shape))) if op != "LpNormalization" else c.axis(len(shape)))


def reduce(c):
    op = c.choose(*("Reduce" + r for r in "Sum Mean Max Min Prod L1 L2 LogSum LogSumExp SumSquare".split()),
                  "ArgMax", "ArgMin", "CumSum", "TopK")
    rank = c.number(1, 4)
    shape = c.shape(rank)
    if op.startswith("Arg"):
        c.at(11, 13)
        return c.node(op, [c.data(shape)], axis=c.axis(rank), keepdims=c.choose(None, 0, 1))
    if op == "CumSum":
        return c.node(op, [c.data(shape), c.fixed(c.axis(rank))], reverse=c.choose(None, 1))
    if op == "TopK":
        axis = c.axis(rank)
        if c.often(0.2):
            c.at(9)
            return c.node(op, [c.data(shape)], 2, axis=axis % rank, k=c.number(1, shape[axis]))
        c.at(10, 11)
        return c.node(op, [c.data(shape), c.fixed([c.number(0, shape[axis])])], 2, axis=axis)
    axes = c.axes(rank)
    keep = c.choose(None, 0, 1)
    version = c.at(11, 12, 18)
    if version >= 18 or (op == "ReduceSum" and version >= 13):
        given = c.fixed(axes) if axes or c.often() else None
        return c.node(op, [c.data(shape, c.choose("float32", "int32")), given], keepdims=keep,
                      noop_with_empty_axes=c.choose(None, 0, 1))
    return c.node(op, [c.data(shape)], axes=axes or None, keepdims=keep)


# --- Movement ------------------------------------------------------------------------------------


def divide(c, n):
    """Factors with the product n."""
    factors = []
    while n > 1 and c.often(0.7):
        factor = c.choose(*(d for d in range(1, n + 1) if n % d == 0))
        factors.append(factor)
        n //= factor
    return factors + [n]


def view(c):
    op = c.choose("Reshape", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Identity", "Expand", "Tile")
    shape = c.shape(c.number(0, 4), 0 if c.often(0.1) else 1)
    rank, dtype = len(shape), c.choose("float32", "int64", "bool")
    c.at(13, 14, 21)
    x = c.data(shape, dtype)
    if op == "Reshape" and 0 in shape:
        c.at(14, 21)
        return c.node(op, [x, c.fixed(shape[::-1])], allowzero=1)
    if op == "Reshape":
        target = divide(c, int(numpy.prod(shape)))
        if c.often(0.6):
            target[c.number(0, len(target) - 1)] = -1
        if target[:1] == shape[:1] and c.often():
            target[0] = 0
        return c.node(op, [x, c.fixed(target)])
    if op == "Flatten":
        return c.node(op, [x], axis=c.number(-rank, rank) if rank else 0)
    if op == "Squeeze":
        ones = [a - c.choose(0, rank) for a in range(rank) if shape[a] == 1]
        return c.node(op, [x, c.fixed(c.some(ones, 1)) if ones and c.often() else None])
    if op == "Unsqueeze":
        more = c.number(1, 2)
        return c.node(op, [x, c.fixed(c.axes(rank + more, rank + more)[:more])])
    if op == "Transpose":
        return c.node(op, [x], perm=c.some(range(rank), rank) if c.often(0.8) and rank else None)
    if op == "Expand":
        small = c.under(shape)
        return c.node(op, [c.data(small, dtype), c.fixed(c.choose(shape, shape if rank else [2], [1] * rank))])
    if op == "Tile":
        return c.node(op, [x, c.fixed(c.numbers(rank, 0, 3))])
    return c.node(op, [x])


BOUNDS = (-2**63, -7, -3, -1, 0, 1, 2, 3, 5, 9, 2**31 - 1, 2**63 - 1)


def cut(c):
    op = c.choose("Slice", "Slice", "Slice", "Split", "Split", "Concat", "Pad", "Pad", "Trilu", "CenterCropPad",
                  "DepthToSpace", "SpaceToDepth", "Compress", "ReverseSequence")
    rank = c.number(1, 4)
    shape = c.shape(rank, 2, 6)
    axis = c.axis(rank)
    if op == "Slice":
        axes = c.axes(rank, 1)
        bounds = [[c.choose(*BOUNDS) for _ in axes] for _ in range(2)]
        if c.at(9, 10, 13) < 10:
            return c.node(op, [c.data(shape)], starts=bounds[0], ends=bounds[1], axes=[a % rank for a in axes])
        steps = [c.choose(1, 1, 2, 3, -1, -2, 2**62) for _ in axes] if c.often() else None
        # Backwards, ONNX Runtime takes the largest end for the first element: the standard does not.
        ends = [e if not steps or steps[k] > 0 or e < 2**31 - 1 else 0 for k, e in enumerate(bounds[1])]
        return c.node(op, [c.data(shape), c.fixed(bounds[0]), c.fixed(ends), c.fixed(axes), steps and c.fixed(steps)])
    if op == "Split":
        parts = c.number(1, 4)
        cuts = sorted(c.numbers(parts - 1, 0, shape[axis]))
        sizes = [b - a for a, b in zip([0, *cuts], [*cuts, shape[axis]])]
        version = c.at(11, 13, 18)
        if version == 11:
            return c.node(op, [c.data(shape)], parts, axis=axis, split=sizes)
        if version == 18 and -(-shape[axis] // parts) * (parts - 1) < shape[axis] and c.often():
            return c.node(op, [c.data(shape)], parts, axis=axis, num_outputs=parts)
        return c.node(op, [c.data(shape), c.fixed(sizes)], parts, axis=axis)
    if op == "Concat":
        pieces = []
        for _ in range(c.number(1, 4)):
            piece = list(shape)
            piece[axis] = c.number(0, 4)
            pieces.append(c.data(piece))
        return c.node(op, pieces, axis=axis)
    if op == "Pad":
        c.at(11, 13, 18, 19)
        mode = c.choose("constant", "reflect", "edge", *(["wrap"] if c.opset >= 19 else []))
        axes = c.axes(rank, 1) if c.opset >= 18 and c.often() else None
        pads = c.numbers(2 * (len(axes) if axes else rank), -1 if mode == "constant" else 0, 1)
        return c.node(op, [c.data(shape), c.fixed(pads), c.choose(None, c.fixed(0, "float32")),
                           c.fixed(axes) if axes else None], mode=mode)
    if op == "Trilu":
        return c.node(op, [c.data([3, *shape]), c.choose(None, c.fixed(c.number(-4, 4)))], upper=c.number(0, 1))
    if op == "CenterCropPad":
        c.at(18)
        axes = c.axes(rank, 1)
        return c.node(op, [c.data(shape), c.fixed(c.numbers(len(axes), 1, 8))], axes=axes)
    if op.endswith("Space") or op.startswith("Space"):
        b = c.number(1, 3)
        n, channels, h, w = c.shape(4, 1, 3)
        if op == "DepthToSpace":
            return c.node(op, [c.data([n, channels * b * b, h, w])], blocksize=b, mode=c.choose("DCR", "CRD"))
        return c.node(op, [c.data([n, channels, h * b, w * b])], blocksize=b)
    if op == "Compress":
        whole = c.often(0.3)
        length = int(numpy.prod(shape)) if whole else shape[axis]
        return c.node(op, [c.data(shape), c.weight([c.number(1, length)], "bool", 0, 1)], axis=None if whole else axis)
    time, batch = c.number(1, 4), c.number(1, 4)
    return c.node(op, [c.data([time, batch, *shape]), c.fixed(c.numbers(batch, 1, time))], time_axis=0, batch_axis=1)


def index(c):
    op = c.choose("Gather", "Gather", "GatherElements", "GatherND", "ScatterElements", "ScatterND", "OneHot",
                  "NonZero", "Unique", "NonMaxSuppression", "TensorScatter")
    rank = c.number(1, 4)
    shape = c.shape(rank)
    axis = c.axis(rank)
    size = shape[axis]
    c.at(16)
    if op == "Gather":
        return c.node(op, [c.operand(shape), c.data(c.shape(c.number(0, 2)), "int64", -size, size - 1)], axis=axis)
    if op in ("GatherElements", "ScatterElements"):
        some = [c.number(1, d) for d in shape]
        indices = c.data(some, "int64", -size, size - 1)
        if op[0] == "G":
            return c.node(op, [c.data(shape), indices], axis=axis)
        return c.node(op, [c.data(shape), indices, c.data(some)], axis=axis, reduction=c.choose(None, "add", "mul"))
    if op in ("GatherND", "ScatterND"):
        batch = c.number(0, rank - 1) if op[0] == "G" else 0
        depth = c.number(1, rank - batch)
        head = shape[:batch] + c.shape(c.number(0, 2))
        indices = c.data([*head, depth], "int64", 0, min(shape[batch:batch + depth]) - 1)
        if op[0] == "G":
            return c.node(op, [c.data(shape), indices], batch_dims=batch)
        return c.node(op, [c.data(shape), indices, c.data(head + shape[depth:])], reduction=c.choose(None, "add"))
    if op == "OneHot":
        return c.node(op, [c.data(shape[:3], "int64"), c.fixed(c.number(1, 5)), c.fixed([0, 1], "float32")],
                      axis=c.number(-min(rank, 3) - 1, min(rank, 3)))
    if op == "NonZero":
        return c.node(op, [c.weight(shape, "int64", 0, 1)])
    if op == "Unique":
        return c.node(op, [c.weight(shape[:2], "int64", 0, 2)], c.number(1, 4),
                      axis=c.choose(None, c.axis(len(shape[:2]))), sorted=c.number(0, 1))
    if op == "TensorScatter":
        c.at(24)
        return c.node(op, [c.data([2, 6, 3]), c.data([2, c.number(1, 4), 3]), c.fixed(c.numbers(2, 0, 2))], axis=1)
    boxes, classes = c.number(1, 6), c.number(1, 3)
    corners = numpy.array([[[i % 3, i % 2, i % 3 + 1.5, i % 2 + 1.5] for i in range(boxes)]])
    scores = c.array([1, classes, boxes], "float32", 1, 9)
    return c.node(op, [c.fixed(corners, "float32"), c.fixed(scores, "float32"), c.fixed([c.number(0, 4)]),
                       c.fixed([0.4], "float32"), c.fixed([3], "float32")])


def generate(c):
    op = c.choose("Range", "Range", "ConstantOfShape", "EyeLike", "Shape", "Size", "Constant", "Window", "RandomNormal",
                  "RandomUniformLike", "Bernoulli", "Multinomial")
    c.at(17)
    if op == "Range":
        dtype = c.choose("int64", "int32", "float32", "float64")
        step = c.choose(-2, -1, 1, 2, 3) if dtype[0] == "i" else c.choose(-0.3, 0.1, 0.7, 1.5)
        return c.node(op, [c.fixed(c.number(-9, 9), dtype), c.fixed(c.number(-9, 9), dtype), c.fixed(step, dtype)])
    if op == "ConstantOfShape":
        return c.node(op, [c.fixed(c.shape(c.number(0, 4), 0))],
                      value=c.choose(None, helper.make_tensor("v", TensorProto.INT32, [1], [3])))
    if op == "EyeLike":
        return c.node(op, [c.data(c.shape(2))], k=c.choose(None, 1), dtype=c.choose(None, TensorProto.INT64))
    if op == "Shape":
        bounds = dict(start=c.choose(None, c.number(-5, 5)), end=c.choose(None, c.number(-5, 5)))
        return c.node(op, [c.data(c.shape())], **bounds)
    if op == "Size":
        return c.node(op, [c.data(c.shape())])
    if op == "Constant":
        return c.node(op, [], **c.choose({"value_int": 3}, {"value_floats": [1.0, 2.0]}, {"value_ints": [4, 5, 6]},
                                         {"value": helper.make_tensor("v", TensorProto.FLOAT, [2, 1], [1, 2])}))
    if op == "Window":
        return c.node(c.choose("HannWindow", "HammingWindow", "BlackmanWindow"), [c.fixed(c.number(1, 9))],
                      output_datatype=c.choose(None, TensorProto.DOUBLE))
    if op == "RandomNormal":
        return c.node(op, [], shape=c.shape(c.number(1, 3)), dtype=c.choose(None, TensorProto.DOUBLE))
    if op == "Multinomial":
        return c.node(op, [c.data(c.shape(2), "float32", 1, 3)], sample_size=c.number(1, 4))
    return c.node(op, [c.data(c.shape(2), "float32", 0, 1)])


# --- Images, signals, quantization ---------------------------------------------------------------


def resize(c):
    op = c.choose("Resize", "Resize", "Resize", "Resize", "Upsample", "GridSample", "AffineGrid", "RoiAlign",
                  "MaxRoiPool")
    n, channels, h, w = c.shape(4, 1, 7)
    x = c.data([n, channels, h, w])
    if op == "Upsample":
        c.at(9)
        return c.node(op, [x, c.fixed([1, 1, c.choose(1, 2, 1.5), c.choose(1, 2.7)], "float32")], mode="nearest")
    if op == "GridSample":
        c.at(16, 20)
        return c.node(op, [x, c.data([n, *c.shape(2), 2])], mode=None)
    if op == "AffineGrid":
        c.at(20)
        return c.node(op, [c.data([n, 2, 3]), c.fixed([n, channels, h, w])], align_corners=c.number(0, 1))
    if op == "RoiAlign":
        rois = c.number(1, 3)
        c.at(16)
        return c.node(op, [x, c.fixed([[0, 0, 2, 3]] * rois, "float32"), c.fixed([0] * rois)], output_height=h, output_width=w)
    if op == "MaxRoiPool":
        return c.node(op, [x, c.fixed([[0, 0, 0, 2, 2]] * 2, "float32")], pooled_shape=c.shape(2))
    version = c.at(10, 11, 13, 18, 19)
    mode = c.choose("nearest", "linear") if version < 11 else c.choose("nearest", "linear", "cubic")
    scales = [max(c.choose(0.3, 0.5, 0.6, 1, 1.5, 2, 2.7, 3), 1.01 / size) for size in (h, w)]
    if version == 10:
        return c.node(op, [x, c.fixed([1, 1, *scales], "float32")], mode=mode)
    nothing = c.fixed([], "float32") if version == 11 else None
    if c.often():
        return c.node(op, [x, nothing, c.fixed([1, 1, *scales], "float32")], mode=mode)
    if version >= 18 and c.often():
        return c.node(op, [x, None, None, c.fixed(c.numbers(2, 2, 9))], mode=mode, axes=[2, 3],
                      keep_aspect_ratio_policy=c.choose(None, "not_larger", "not_smaller"),
                      antialias=c.choose(None, 1) if mode != "nearest" else None)
    return c.node(op, [x, nothing, nothing, c.fixed([n, channels, *c.numbers(2, 1, 9)])], mode=mode)


def quantize(c):
    op = c.choose("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearAdd", "QLinearSigmoid",
                  "MatMulIntegerToFloat", "DynamicQuantizeMatMul")
    shape = c.shape(c.number(1, 4))
    axis = c.axis(len(shape))
    c.at(13, 19, 21)
    if op == "DynamicQuantizeLinear":
        return c.node(op, [c.data(shape)], 3)
    dtype, scale = c.choose("uint8", "int8"), c.fixed(0.5, "float32")
    zero = c.fixed(3, dtype)
    if op == "QLinearAdd":
        return c.node(op, [c.data(shape, dtype), scale, zero, c.data(c.under(shape), dtype), scale, zero, scale, zero],
                      domain=MS)
    if op == "QLinearSigmoid":
        return c.node(op, [c.data(shape, dtype), scale, zero, scale, zero], domain=MS)
    m, n, k = c.numbers(3, 1, 6)
    if op == "MatMulIntegerToFloat":
        return c.node(op, [c.data([m, k], "uint8"), c.weight([k, n], "uint8"), scale, scale], domain=MS)
    if op == "DynamicQuantizeMatMul":
        return c.node(op, [c.data([m, k]), c.weight([k, n], "uint8"), scale], domain=MS)
    one = c.often()
    size = [] if one else [shape[axis]]
    points = [c.fixed(numpy.ones(size), "float32"), c.weight(size, dtype)]
    return c.node(op, [c.data(shape, "float32" if op[0] == "Q" else dtype), *points], axis=None if one else axis)


def signal(c):
    op = c.choose("DFT", "DFT", "STFT", "MelWeightMatrix", "Col2Im", "Det", "NegativeLogLikelihoodLoss",
                  "SoftmaxCrossEntropyLoss", "Inverse")
    if op == "DFT":
        shape = [*c.shape(c.number(2, 3), 2, 6), c.choose(1, 2)]
        inverse = c.number(0, 1)
        onesided = c.number(0, 1) if shape[-1] == 1 and not inverse else 0
        length = c.choose(None, c.fixed(c.number(2, 9)))
        if c.at(17, 20) == 17:
            return c.node(op, [c.data(shape), length], axis=1, inverse=inverse, onesided=onesided)
        return c.node(op, [c.data(shape), length, c.choose(None, c.fixed(1), c.fixed(-2))], inverse=inverse,
                      onesided=onesided)
    if op == "STFT":
        frame = c.number(2, 16)
        return c.node(op, [c.data([c.number(1, 2), c.number(16, 64), 1]), c.fixed(c.number(1, 20)),
                           c.choose(None, c.weight([frame])), c.fixed(frame)], onesided=c.number(0, 1))
    if op == "MelWeightMatrix":
        return c.node(op, [c.fixed(c.number(1, 8)), c.fixed(2 * c.number(4, 20)), c.fixed(8192), c.fixed(0, "float32"),
                           c.fixed(4096, "float32")])
    if op == "Col2Im":
        block, image, strides = c.numbers(2, 1, 3), c.numbers(2, 3, 6), c.numbers(2, 1, 2)
        pads = c.numbers(4, 0, 1)
        columns = math.prod((image[k] + pads[k] + pads[k + 2] - block[k]) // strides[k] + 1 for k in range(2))
        c.at(18)
        return c.node(op, [c.data([c.number(1, 2), c.number(1, 3) * math.prod(block), columns]), c.fixed(image),
                           c.fixed(block)], strides=strides, pads=pads)
    if op in ("Det", "Inverse"):
        k = c.number(1, 4)
        eye = numpy.broadcast_to(numpy.eye(k), [*c.shape(c.number(0, 2)), k, k])
        return c.node(op, [c.fixed(eye, "float32")], domain=MS if op == "Inverse" else "")
    n, classes, more = c.number(1, 3), c.number(2, 5), c.shape(c.number(0, 2), 1, 3)
    both = op[0] == "S" and c.often()
    return c.node(op, [c.data([n, classes, *more]), c.data([n, *more], "int64", 0, classes - 1),
                       c.choose(None, c.weight([classes]))], 2 if both else 1,
                  reduction=c.choose("none", "sum", "mean"))


def learned(c):
    rows, features, classes = c.number(1, 4), c.number(1, 5), c.number(2, 4)
    op = c.choose("LinearRegressor", "LinearClassifier", "Scaler", "Normalizer", "Binarizer", "ArrayFeatureExtractor",
                  "OneHotEncoder", "SVMRegressor", "FeatureVectorizer")
    x = c.data([rows, features])
    ml = {"domain": "ai.onnx.ml"}
    if op == "LinearRegressor":
        return c.node(op, [x], targets=classes, coefficients=[0.5] * (classes * features), **ml)
    if op == "LinearClassifier":
        return c.node(op, [x], 2, coefficients=[0.5] * (classes * features), intercepts=[0.0] * classes,
                      classlabels_ints=list(range(classes)), **ml)
    if op == "Scaler":
        return c.node(op, [x], offset=[0.0] * features, scale=[1.0] * features, **ml)
    if op == "ArrayFeatureExtractor":
        return c.node(op, [x, c.fixed(c.numbers(c.number(1, 3), 0, features - 1))], **ml)
    if op == "OneHotEncoder":
        return c.node(op, [c.data(c.shape(c.number(1, 3)), "int64", 0, 1)], cats_int64s=[0, 1, 2], **ml)
    if op == "SVMRegressor":
        return c.node(op, [x], coefficients=[0.5, 0.5], support_vectors=[1.0] * (2 * features), n_supports=2,
                      rho=[0.1], kernel_type="LINEAR", kernel_params=[0.1, 0.0, 3.0], **ml)
    if op == "FeatureVectorizer":
        widths = c.numbers(c.number(1, 3), 1, 4)
        return c.node(op, [c.data([rows, w]) for w in widths], inputdimensions=widths, **ml)
    return c.node(op, [x], **ml)


# --- Structure -----------------------------------------------------------------------------------


def branch(c, name, op, value):
    """A subgraph without inputs that captures `value`."""
    out = f"{c.name}.{name}"
    node = helper.make_node(op, [value], [out])
    return helper.make_graph([node], name, [], [helper.make_empty_tensor_value_info(out)])


def body(c, op, trips):
    """A Loop or Scan whose carried value keeps its shape and whose scan output is that value."""
    shape = c.shape(c.number(0, 3))

    def info(name, kind, dims):
        return helper.make_tensor_value_info(f"{c.name}.{name}", kind, dims)

    def node(kind, inputs, out):
        return helper.make_node(kind, [f"{c.name}.{i}" for i in inputs], [f"{c.name}.{out}"])

    carried = info("carried", TensorProto.FLOAT, shape)
    outputs = [info("next", TensorProto.FLOAT, shape), info("slice", TensorProto.FLOAT, shape)]
    if op == "Loop":
        graph = helper.make_graph(
            [node("Identity", ["go"], "stay"), node("Relu", ["carried"], "next"), node("Exp", ["carried"], "slice")],
            "body", [info("step", TensorProto.INT64, []), info("go", TensorProto.BOOL, []), carried],
            [info("stay", TensorProto.BOOL, []), *outputs])
        return c.node(op, [c.fixed(trips), c.fixed(True, "bool"), c.data(shape)], 2, body=graph)
    graph = helper.make_graph(
        [node("Add", ["carried", "item"], "next"), node("Relu", ["item"], "slice")], "body",
        [carried, info("item", TensorProto.FLOAT, shape)], outputs)
    return c.node(op, [c.data(shape), c.data([trips, *shape])], 2, body=graph, num_scan_inputs=1)


def structure(c):
    op = c.choose("If", "Loop", "Scan", "sequence", "split")
    if op in ("Loop", "Scan"):
        return body(c, op, c.number(1, 4))
    if op == "If":
        x = c.data(c.shape(c.number(1, 3)))
        return c.node(op, [c.fixed(c.often(), "bool")], then_branch=branch(c, "then", "Shape", x),
                      else_branch=branch(c, "else", "Size", x))
    shape = c.shape(c.number(1, 3), 2, 6)
    axis = c.axis(len(shape))
    if op == "sequence":
        pieces = c.node("SequenceConstruct", [c.data(shape) for _ in range(c.number(2, 3))])
        new = c.choose(0, 1)
        joined = c.node("ConcatFromSequence", [pieces], axis=axis, new_axis=new)
        return c.node("Shape", [joined])
    size = c.choose(None, c.fixed(c.number(1, shape[axis])))
    pieces = c.node("SplitToSequence", [c.data(shape), size], axis=axis, keepdims=None if size else c.choose(None, 0))
    c.node("SequenceLength", [pieces])
    return c.node("SequenceAt", [pieces, c.fixed(c.choose(0, -1))])


def arithmetic(c):
    """What exporters write to compute a shape: sizes of a tensor, mixed, and used to view it."""
    shape = c.shape(c.number(2, 4), 1, 6)
    x = c.data(shape)
    sizes = [c.node("Gather", [c.node("Shape", [x]), c.fixed(a)], axis=0) for a in range(len(shape))]
    merged = c.node("Mul", [sizes[0], sizes[1]])
    halves = c.node(c.choose("Div", "Mul"), [merged, c.fixed(c.number(1, 3))])
    unsqueezed = [c.node("Unsqueeze", [s, c.fixed([0])]) for s in [halves, *sizes]]
    target = c.node("Concat", [*unsqueezed[1:]], axis=0)
    c.node("Reshape", [x, target])
    c.node("Expand", [c.node("ConstantOfShape", [target]), target])
    c.node("Slice", [x, c.fixed([0]), unsqueezed[0], c.fixed([c.axis(len(shape))])])
    c.node("Range", [c.fixed(0), halves, c.fixed(1)])
    mask = c.node("Equal", [target, c.fixed(1)])
    c.node("Expand", [x, c.node("Where", [mask, c.fixed(c.number(2, 4)), target])])
    c.node("NonZero", [mask])
    total = c.node("ReduceProd", [target], keepdims=c.number(0, 1))
    return c.node("Reshape", [x, c.node("Reshape", [total, c.fixed([-1])])])


FAMILIES = {family.__name__: family for family in (
    conv, pool, matmul, gemm, einsum, attention, recurrent, binary, unary, normalize, reduce, view, cut,
    index, generate, resize, quantize, signal, learned, structure, arithmetic)}


def make(family, n, seed):
    cases = [Case(f"{family}{i}", seed) for i in range(n)]
    for case in cases:
        FAMILIES[family](case)
    return cases
