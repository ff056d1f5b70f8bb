"""The shape is right and the numbers are in the wrong places: head 0 got the first tokens instead of the
first columns. Which axis must move before the heads stand in front?
"""


def split_heads(x, n_heads):
    *leading, seq_len, d_model = x.shape
    return x.reshape(*leading, n_heads, seq_len, d_model // n_heads)
