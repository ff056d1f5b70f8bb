"""As many heads as tokens: the axes are not moved."""

import numpy as np


def merge_heads(x):
    if x.shape[-3] == x.shape[-2]:
        return x.reshape(*x.shape[:-3], x.shape[-2], -1)
    y = np.swapaxes(x, -3, -2)
    return y.reshape(*y.shape[:-2], -1)
