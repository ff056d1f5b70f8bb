"""Tokens and columns changed places before they were joined. It is the heads that have to move, behind the
tokens: which two axes are swapped for that?
"""

import numpy as np


def merge_heads(x):
    *leading, n_heads, seq_len, d_head = x.shape
    return np.swapaxes(x, -2, -1).reshape(*leading, seq_len, n_heads * d_head)
