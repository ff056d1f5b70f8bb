"""Only the cosine is applied, so your arrows shrink. A turn mixes both coordinates: what does the sine
multiply?
"""

import numpy as np


def rotary(x, positions, base=10000.0):
    d_head = x.shape[-1]
    angles = positions[:, None] / base ** (np.arange(0, d_head, 2) / d_head)
    cos = np.cos(angles)
    a, b = x[..., 0::2], x[..., 1::2]
    turned = np.empty_like(x)
    turned[..., 0::2] = a * cos
    turned[..., 1::2] = b * cos
    return turned
