"""It matches what comes out when each head gets n_heads columns. How many columns are left for one head
when n_heads of them share d_model?
"""

import numpy as np


def split_heads(x, n_heads):
    *leading, seq_len, d_model = x.shape
    cut = x.reshape(*leading, seq_len, d_model // n_heads, n_heads)
    return np.swapaxes(cut, -3, -2)
