"""Blocks of 32 numbers, with a mask kept under a name."""

import torch
import triton
import triton.language as tl


@triton.jit
def kernel(x, y, n, B: tl.constexpr):
    first = tl.program_id(0) * B
    i = first + tl.arange(0, B)
    exists = i < n
    tl.store(y + i, tl.load(x + i, mask=exists, other=0.0), mask=exists)


def copy(x):
    y = torch.empty_like(x)
    kernel[(triton.cdiv(x.numel(), 32),)](x, y, x.numel(), B=32)
    return y
