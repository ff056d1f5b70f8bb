"""Concatenates the heads along the columns."""

import numpy as np


def merge_heads(x):
    return np.concatenate([x[..., h, :, :] for h in range(x.shape[-3])], axis=-1)
