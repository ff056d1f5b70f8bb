"""A view: the same numbers, read with other steps."""

import numpy as np


def split_heads(x, n_heads):
    d = x.shape[-1] // n_heads
    s = x.strides
    return np.lib.stride_tricks.as_strided(
        x, (*x.shape[:-2], n_heads, x.shape[-2], d), (*s[:-2], d * s[-1], s[-2], s[-1]), writeable=False
    )
