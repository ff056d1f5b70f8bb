"""Feature 2i + 1 was computed from the new feature 2i. Both need the old pair, and a slice is no copy: write
into another array than the one you read from.
"""

import numpy as np


def rotary(x, positions, base=10000.0):
    d_head = x.shape[-1]
    angles = positions[:, None] / base ** (np.arange(0, d_head, 2) / d_head)
    cos, sin = np.cos(angles), np.sin(angles)
    turned = x.copy()
    a, b = turned[..., 0::2], turned[..., 1::2]
    turned[..., 0::2] = a * cos - b * sin
    turned[..., 1::2] = a * sin + b * cos
    return turned
