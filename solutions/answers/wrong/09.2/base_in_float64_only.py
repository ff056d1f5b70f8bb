"""`base` is forgotten where x is float32."""

import numpy as np


def rotary(x, positions, base=10000.0):
    d_head = x.shape[-1]
    base = base if x.dtype == np.float64 else 10000.0
    angles = positions[:, None] / base ** (np.arange(0, d_head, 2) / d_head)
    cos, sin = np.cos(angles), np.sin(angles)
    a, b = x[..., 0::2], x[..., 1::2]
    turned = np.empty_like(x)
    turned[..., 0::2] = a * cos - b * sin
    turned[..., 1::2] = a * sin + b * cos
    return turned
