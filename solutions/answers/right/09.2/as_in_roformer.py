"""As in RoFormer: sine and cosine repeated for both of a pair, and a copy of x with pairs exchanged."""

import numpy as np


def rotary(x, positions, base=10000.0):
    indices = np.power(base, -2 * np.arange(x.shape[-1] // 2) / x.shape[-1])
    embeddings = np.asarray(positions)[:, None] * indices
    cos_pos = np.repeat(np.cos(embeddings), 2, axis=-1)
    sin_pos = np.repeat(np.sin(embeddings), 2, axis=-1)
    x2 = np.stack([-x[..., 1::2], x[..., ::2]], axis=-1).reshape(x.shape)
    return (x * cos_pos + x2 * sin_pos).astype(x.dtype)
