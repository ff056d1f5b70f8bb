"""The heads are copied into a float32 array."""

import numpy as np


def split_heads(x, n_heads):
    d_head = x.shape[-1] // n_heads
    heads = np.empty((*x.shape[:-2], n_heads, x.shape[-2], d_head), np.float32)
    for head in range(n_heads):
        heads[..., head, :, :] = x[..., head * d_head : (head + 1) * d_head]
    return heads
