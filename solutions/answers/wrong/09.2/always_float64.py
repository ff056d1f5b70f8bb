"""The cosines are float64 and so is the result."""

import numpy as np


def rotary(x, positions, base=10000.0):
    d_head = x.shape[-1]
    angles = positions[:, None] / base ** (np.arange(0, d_head, 2) / d_head)
    cos, sin = np.cos(angles), np.sin(angles)
    a, b = x[..., 0::2], x[..., 1::2]
    return np.stack([a * cos - b * sin, a * sin + b * cos], axis=-1).reshape(x.shape)
