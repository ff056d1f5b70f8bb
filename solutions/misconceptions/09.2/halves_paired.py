"""You pair feature i with feature i + d_head / 2, as some libraries do. Which two features does the
docstring call one arrow?
"""

import numpy as np


def rotary(x, positions, base=10000.0):
    d_head = x.shape[-1]
    angles = positions[:, None] / base ** (np.arange(0, d_head, 2) / d_head)
    cos, sin = np.cos(angles), np.sin(angles)
    a, b = x[..., : d_head // 2], x[..., d_head // 2 :]
    return np.concatenate([a * cos - b * sin, a * sin + b * cos], axis=-1).astype(x.dtype)
