"""There are speeds for 64 features; later ones stay as they are."""

import numpy as np


def rotary(x, positions, base=10000.0):
    d_head = x.shape[-1]
    turned = x.copy()
    for i in range(min(d_head // 2, 32)):
        angle = positions / base ** (2 * i / d_head)
        turned[..., 2 * i] = x[..., 2 * i] * np.cos(angle) - x[..., 2 * i + 1] * np.sin(angle)
        turned[..., 2 * i + 1] = x[..., 2 * i] * np.sin(angle) + x[..., 2 * i + 1] * np.cos(angle)
    return turned
