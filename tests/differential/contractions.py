"""Families of random cases: windows, contractions and what recurs."""

from maker import MS


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
