"""Each head got every n_heads-th column. A head owns neighbouring columns: when you cut the last axis in
two, which part changes fastest?
"""

import numpy as np


def split_heads(x, n_heads):
    *leading, seq_len, d_model = x.shape
    cut = x.reshape(*leading, seq_len, d_model // n_heads, n_heads)
    return np.moveaxis(cut, -1, -3)
