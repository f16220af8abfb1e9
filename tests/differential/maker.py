"""What a random case is made of."""

import random

import numpy
from onnx import helper

MS = "com.microsoft"
NUMBERS = ("float32", "float64", "int64", "int32")


class Case:
    """A few nodes with their inputs, drawn from a random generator of its own."""

    def __init__(self, name, seed):
        self.name = name
        self.random = random.Random(f"{name} {seed}")
        self.opset = 17
        self.nodes, self.feeds, self.weights, self.outputs = [], {}, {}, []

    def __str__(self):
        shapes = {name: (str(a.dtype), list(a.shape)) if a.size > 8 else a.tolist()
                  for name, a in {**self.feeds, **self.weights}.items()}
        nodes = [f"{n.op_type}({', '.join(n.input)}) {attributes_of(n)}" for n in self.nodes]
        return f"opset {self.opset}: {'; '.join(nodes)} with {shapes}"

    # What is drawn.

    def choose(self, *items):
        return self.random.choice(items)

    def often(self, chance=0.5):
        return self.random.random() < chance

    def number(self, low, high):
        return self.random.randint(low, high)

    def numbers(self, n, low, high):
        return [self.number(low, high) for _ in range(n)]

    def shape(self, rank=None, low=1, high=5):
        return self.numbers(self.number(0, 4) if rank is None else rank, low, high)

    def some(self, items, least=0):
        items = list(items)
        return self.random.sample(items, self.number(min(least, len(items)), len(items)))

    def axis(self, rank):
        return self.number(-rank, rank - 1)

    def axes(self, rank, least=0):
        return [a - rank if self.often(0.3) else a for a in self.some(range(rank), least)]

    def under(self, shape):
        """A shape that broadcasts to `shape`."""
        kept = shape[self.number(0, len(shape)):]
        return [1 if self.often(0.3) else d for d in kept]

    def at(self, *opsets):
        self.opset = self.choose(*opsets)
        return self.opset

    # What is made.

    def fresh(self, kind):
        return f"{self.name}.{kind}{len(self.feeds) + len(self.weights) + len(self.outputs)}"

    def array(self, shape, dtype="float32", low=0, high=3):
        n = int(numpy.prod(shape))
        return numpy.array(self.numbers(n, low, high)).reshape(shape).astype(dtype)

    def data(self, shape, dtype="float32", low=0, high=3):
        """An input of the model."""
        name = self.fresh("x")
        self.feeds[name] = self.array(shape, dtype, low, high)
        return name

    def fixed(self, items, dtype="int64"):
        """A weight with these items: its value may decide about shapes."""
        name = self.fresh("w")
        self.weights[name] = numpy.asarray(items, dtype=dtype)
        return name

    def weight(self, shape, dtype="float32", low=0, high=3):
        return self.fixed(self.array(shape, dtype, low, high), dtype)

    def operand(self, shape, dtype="float32"):
        return self.data(shape, dtype) if self.often(0.7) else self.weight(shape, dtype, low=1)

    def node(self, op, inputs, n_outputs=1, domain="", **attributes):
        """Adds a node; attributes of None are left out. The first of its outputs."""
        while inputs and inputs[-1] is None:
            inputs = inputs[:-1]
        outputs = []
        for _ in range(n_outputs):
            outputs.append(self.fresh("y"))
            self.outputs.append(outputs[-1])
        self.nodes.append(helper.make_node(
            op, [i or "" for i in inputs], outputs, domain=domain,
            **{k: v for k, v in attributes.items() if v is not None}))
        return outputs[0]


def attributes_of(node):
    kept = [a for a in node.attribute if a.type not in (a.GRAPH, a.GRAPHS)]
    return {a.name: helper.get_attribute_value(a) for a in kept}
