"""As in nanoGPT: the two axes exchanged, and all head outputs side by side."""


def merge_heads(x):
    *B, nh, T, hs = x.shape
    return x.swapaxes(-3, -2).reshape(*B, T, nh * hs)
