"""Families of random cases: what moves, picks and makes elements."""

import numpy
from onnx import TensorProto, helper


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
