"""Families of random cases: what works element by element, and what reduces."""

from onnx import TensorProto

from maker import MS, NUMBERS


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
