"""A slice of columns for each head, stacked."""

import numpy as np


def split_heads(x, n_heads):
    d_head = x.shape[-1] // n_heads
    return np.stack([x[..., h * d_head : (h + 1) * d_head] for h in range(n_heads)], axis=-3)
