"""A table as long as the largest position: negative ones are read from its end."""

import numpy as np


def rotary(x, positions, base=10000.0):
    d_head = x.shape[-1]
    table = np.arange(abs(positions).max() + 1)[:, None] / base ** (np.arange(0, d_head, 2) / d_head)
    cos, sin = np.cos(table)[positions], np.sin(table)[positions]
    a, b = x[..., 0::2], x[..., 1::2]
    turned = np.empty_like(x)
    turned[..., 0::2] = a * cos - b * sin
    turned[..., 1::2] = a * sin + b * cos
    return turned
