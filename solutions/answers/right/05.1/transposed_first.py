"""Transposes first, then cuts the columns, which are rows by then."""

import numpy as np


def split_heads(x, n_heads):
    turned = np.swapaxes(x, -1, -2)
    cut = turned.reshape(*x.shape[:-2], n_heads, x.shape[-1] // n_heads, x.shape[-2])
    return np.ascontiguousarray(np.swapaxes(cut, -1, -2))
