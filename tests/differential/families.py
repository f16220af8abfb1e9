"""The table of families: each function draws one case that ONNX Runtime should accept."""

from contractions import attention, conv, einsum, gemm, matmul, pool, recurrent
from elements import binary, normalize, reduce, unary
from images import learned, quantize, resize, signal
from maker import Case
from movement import cut, generate, index, view
from structure import arithmetic, structure

FAMILIES = {family.__name__: family for family in (
    conv, pool, matmul, gemm, einsum, attention, recurrent, binary, unary, normalize, reduce, view, cut,
    index, generate, resize, quantize, signal, learned, structure, arithmetic)}


def make(family, n, seed):
    cases = [Case(f"{family}{i}", seed) for i in range(n)]
    for case in cases:
        FAMILIES[family](case)
    return cases
