"""Works for one sequence only."""


def merge_heads(x):
    n_heads, seq_len, d_head = x.shape
    return x.transpose(1, 0, 2).reshape(seq_len, n_heads * d_head)
