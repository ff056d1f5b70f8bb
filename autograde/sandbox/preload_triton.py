"""Warms up Triton's interpreter; imported by a zygote that has TRITON_INTERPRET set, never elsewhere."""

from __future__ import annotations

import torch
import triton
import triton.language as tl

BLOCK = 16


@triton.jit  # type: ignore[untyped-decorator]
def _square_kernel(source, target, block: tl.constexpr):  # type: ignore[no-untyped-def]
    place = tl.arange(0, block)[:, None] * block + tl.arange(0, block)[None, :]
    square = tl.load(source + place)
    tl.store(target + place, tl.exp(tl.dot(square, square)))


_source = torch.zeros(BLOCK, BLOCK)
_square_kernel[(1,)](_source, torch.empty_like(_source), BLOCK)
