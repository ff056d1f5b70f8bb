"""Inside each head the tokens and the columns have changed places. Each row of a head should be one token."""

import numpy as np


def split_heads(x, n_heads):
    *leading, seq_len, d_model = x.shape
    cut = x.reshape(*leading, seq_len, n_heads, d_model // n_heads)
    return np.moveaxis(cut, -3, -1)
