"""x times cosine plus its pairs, swapped and signed, times sine."""

import numpy as np


def rotary(x, positions, base=10000.0):
    speeds = np.repeat(np.exp(-np.log(base) * np.arange(0, x.shape[-1], 2) / x.shape[-1]), 2)
    angles = np.asarray(positions, dtype=np.float64)[:, None] * speeds
    swapped = np.stack([-x[..., 1::2], x[..., 0::2]], axis=-1).reshape(x.shape)
    return (x * np.cos(angles) + swapped * np.sin(angles)).astype(x.dtype)
