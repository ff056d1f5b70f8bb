"""The tables of cosines and sines are float32, as in most models."""

import numpy as np


def rotary(x, positions, base=10000.0):
    d_head = x.shape[-1]
    speeds = np.float32(1.0) / np.float32(base) ** (np.arange(0, d_head, 2, dtype=np.float32) / d_head)
    angles = positions[:, None].astype(np.float32) * speeds
    cos, sin = np.cos(angles), np.sin(angles)
    even, odd = x[..., ::2], x[..., 1::2]
    pairs = np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1)
    return pairs.reshape(x.shape).astype(x.dtype)
