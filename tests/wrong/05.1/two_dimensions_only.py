"""Works for one sequence only."""


def split_heads(x, n_heads):
    seq_len, d_model = x.shape
    return x.reshape(seq_len, n_heads, d_model // n_heads).transpose(1, 0, 2)
