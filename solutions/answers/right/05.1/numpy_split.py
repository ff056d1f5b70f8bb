"""NumPy's own split."""

import numpy as np


def split_heads(x, n_heads):
    return np.array(np.split(x, n_heads, axis=-1)).transpose(*range(1, x.ndim - 1), 0, -2, -1)
