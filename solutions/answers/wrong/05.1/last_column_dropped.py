"""The last head loses its last column to an off-by-one and repeats another."""

import numpy as np


def split_heads(x, n_heads):
    d_model = x.shape[-1]
    d_head = d_model // n_heads
    places = np.minimum(np.arange(d_model), max(d_model - 2, 0)).reshape(n_heads, d_head)
    return np.stack([x[..., place] for place in places], axis=-3)
