"""One program walks over all blocks."""

import torch
import triton
import triton.language as tl


@triton.jit
def kernel(x, y, n, B: tl.constexpr):
    for start in range(0, n, B):
        i = start + tl.arange(0, B)
        tl.store(y + i, tl.load(x + i, mask=i < n), mask=i < n)


def copy(x):
    y = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    kernel[(1,)](x, y, len(x), 64)
    return y
