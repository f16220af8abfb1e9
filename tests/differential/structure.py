"""Families of random cases: graphs in graphs, sequences, and shapes that are computed."""

from onnx import TensorProto, helper


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
