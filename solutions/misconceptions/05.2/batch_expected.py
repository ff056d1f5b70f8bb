"""x was taken apart into exactly four sizes. A single sentence has no batch axis, and there may be two: name
the last three sizes, and keep the rest as it is.
"""


def merge_heads(x):
    batch, n_heads, seq_len, d_head = x.shape
    return x.transpose(0, 2, 1, 3).reshape(batch, seq_len, n_heads * d_head)
