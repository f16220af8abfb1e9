"""Matrices in shared memory, by the descriptors of wgmma (9.7.15.5.1.2) and of tcgen05 (9.7.16.4.1)."""

import numpy as np

from ptx import Wrong

SWIZZLED_ROW = 128  # bytes of a row in an atom of the 128-byte swizzle, the only one that is emulated
ATOM_ROWS = 8


def field(word, first, last):
    return int(word) >> first & (1 << last - first + 1) - 1


def check_wgmma(d):
    if field(d, 62, 63) != 1:
        raise Wrong(f"a descriptor without the 128-byte swizzle is not emulated: {int(d):#x}")
    if field(d, 49, 51) or field(d, 14, 15) or field(d, 30, 31) or field(d, 46, 48) or field(d, 52, 61):
        raise Wrong(f"a base offset, or bits that must be 0: {int(d):#x}")


def check_tcgen05(d, absolute_leading):
    if field(d, 61, 63) != 2:
        raise Wrong(f"a descriptor without the 128-byte swizzle is not emulated: {int(d):#x}")
    if field(d, 46, 48) != 1:
        raise Wrong("the descriptor's constant is missing")
    if field(d, 49, 51) or field(d, 14, 15) or field(d, 30, 31) or field(d, 53, 60):
        raise Wrong(f"a base offset, or bits that must be 0: {int(d):#x}")
    if field(d, 52, 52) and not absolute_leading:
        raise Wrong("an absolute leading address is for K of 96 on sm_103a")


def read_rows(m, block, d, rows, bytes_, tick):
    """K-major rows, of which the matrix unit of `block` takes so many bytes each: [row, 32-bit word]. Eight rows of
    128 bytes follow each other, the next eight are a stride further; bits 4 to 6 of an address are exchanged by its
    bits 7 to 9."""
    start, stride = field(d, 0, 13) << 4, field(d, 32, 45) << 4
    if start % SWIZZLED_ROW + bytes_ > SWIZZLED_ROW:
        raise Wrong("an instruction that reaches beyond a row of 128 bytes is not emulated")
    row, chunk = np.ogrid[:rows, :bytes_ // 16]
    at = start + row // ATOM_ROWS * stride + row % ATOM_ROWS * SWIZZLED_ROW + chunk * 16
    at ^= (at >> 7 & 7) << 4
    return m.shared.read_as_unit(block, at, tick).reshape(rows, -1)
