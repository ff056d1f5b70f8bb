"""As in nanoGPT: a view with an axis for the heads, and the two axes exchanged."""


def split_heads(x, n_heads):
    *B, T, C = x.shape
    return x.reshape(*B, T, n_heads, C // n_heads).swapaxes(-3, -2)
