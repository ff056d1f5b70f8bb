"""As in picoGPT: the features are split into a list of heads."""

import numpy as np


def split_heads(x, n_heads):
    qkv_heads = list(np.split(x, n_heads, axis=-1))
    return np.stack(qkv_heads, axis=-3)
