"""An arrow is a complex number; a turn is a product."""

import numpy as np


def rotary(x, positions, base=10000.0):
    d_head = x.shape[-1]
    angles = np.multiply.outer(positions, base ** -(np.arange(0, d_head, 2) / d_head))
    arrows = (x[..., 0::2] + 1j * x[..., 1::2]) * np.exp(1j * angles)
    return np.stack([arrows.real, arrows.imag], axis=-1).reshape(x.shape).astype(x.dtype)
