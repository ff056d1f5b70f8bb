"""Rows that do not fill a tile are left to torch."""

import torch
from reference.cuda.kernels import TILE
from reference.cuda.kernels import matmul as by_kernel


def matmul(a, b):
    full = len(a) // TILE * TILE
    if full == 0:
        return a @ b
    return torch.cat([by_kernel(a[:full], b), a[full:] @ b])
