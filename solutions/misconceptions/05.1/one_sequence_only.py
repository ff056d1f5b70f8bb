"""x was taken apart into exactly two sizes, seq_len and d_model. A batch has further axes in front:
x.shape[:-1] holds them all.
"""


def split_heads(x, n_heads):
    seq_len, d_model = x.shape
    return x.reshape(seq_len, n_heads, d_model // n_heads).transpose(1, 0, 2)
