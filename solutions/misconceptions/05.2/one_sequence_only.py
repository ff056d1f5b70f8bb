"""x was taken apart into exactly three sizes: n_heads, seq_len and d_head. A batch has further axes in front
of them: keep those as they are.
"""


def merge_heads(x):
    n_heads, seq_len, d_head = x.shape
    return x.transpose(1, 0, 2).reshape(seq_len, n_heads * d_head)
