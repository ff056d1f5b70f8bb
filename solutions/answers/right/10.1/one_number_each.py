"""A program for each number: slow on a GPU, and right."""

import torch
import triton
import triton.language as tl


@triton.jit
def kernel(x, y):
    i = tl.program_id(0)
    tl.store(y + i, tl.load(x + i))


def copy(x):
    y = torch.zeros_like(x)
    kernel[(len(x),)](x, y)
    return y
