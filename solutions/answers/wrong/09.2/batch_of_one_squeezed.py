"""A batch of one loses its axis."""

import numpy as np


def rotary(x, positions, base=10000.0):
    x = x[0] if x.ndim > 2 and len(x) == 1 else x
    d_head = x.shape[-1]
    angles = positions[:, None] / base ** (np.arange(0, d_head, 2) / d_head)
    cos, sin = np.cos(angles), np.sin(angles)
    a, b = x[..., 0::2], x[..., 1::2]
    turned = np.empty_like(x)
    turned[..., 0::2] = a * cos - b * sin
    turned[..., 1::2] = a * sin + b * cos
    return turned
