"""The columns are cut correctly, but the tokens still come before the heads. Attention treats the last two
axes as tokens and columns; where must the head axis go?
"""


def split_heads(x, n_heads):
    *leading, seq_len, d_model = x.shape
    return x.reshape(*leading, seq_len, n_heads, d_model // n_heads)
