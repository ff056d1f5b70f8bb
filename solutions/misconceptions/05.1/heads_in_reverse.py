"""The heads are right, and in the wrong order: head 0 owns the first columns."""

import numpy as np


def split_heads(x, n_heads):
    *leading, seq_len, d_model = x.shape
    cut = x.reshape(*leading, seq_len, n_heads, d_model // n_heads)
    return np.swapaxes(cut, -3, -2)[..., ::-1, :, :]
