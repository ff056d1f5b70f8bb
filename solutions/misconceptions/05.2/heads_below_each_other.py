"""The heads stand below each other, as if they were further tokens. Each token should get longer, not the
sequence.
"""


def merge_heads(x):
    *leading, n_heads, seq_len, d_head = x.shape
    return x.reshape(*leading, n_heads * seq_len, d_head)
