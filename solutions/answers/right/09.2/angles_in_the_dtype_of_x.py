"""Cosines and sines rounded to the dtype of x first."""

import numpy as np


def rotary(x, positions, base=10000.0):
    angles = positions[:, None] / base ** (np.arange(0, x.shape[-1], 2) / x.shape[-1])
    cos, sin = np.cos(angles).astype(x.dtype), np.sin(angles).astype(x.dtype)
    even, odd = x[..., ::2], x[..., 1::2]
    turned = np.zeros(x.shape, x.dtype)
    turned[..., ::2] = even * cos - odd * sin
    turned[..., 1::2] = even * sin + odd * cos
    return turned
