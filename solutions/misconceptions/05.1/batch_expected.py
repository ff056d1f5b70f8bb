"""x was taken apart into exactly three sizes. A single sentence has no batch axis, and there may be two: take
the last size, and keep x.shape[:-1] as it is.
"""


def split_heads(x, n_heads):
    batch, seq_len, d_model = x.shape
    return x.reshape(batch, seq_len, n_heads, d_model // n_heads).transpose(0, 2, 1, 3)
