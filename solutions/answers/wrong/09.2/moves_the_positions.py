"""The angles are made in place: the positions that were handed in are scaled on the way."""

import numpy as np


def rotary(x, positions, base=10000.0):
    d_head = x.shape[-1]
    turned = np.empty_like(x)
    original = positions.copy()
    for i in range(0, d_head, 2):
        positions[...] = original * i
        angle = original / base ** (i / d_head)
        turned[..., i] = x[..., i] * np.cos(angle) - x[..., i + 1] * np.sin(angle)
        turned[..., i + 1] = x[..., i] * np.sin(angle) + x[..., i + 1] * np.cos(angle)
    return turned
