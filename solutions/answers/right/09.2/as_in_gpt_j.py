"""As in GPT-J: rotate_every_two, with each sine and cosine repeated."""

import numpy as np


def rotate_every_two(x):
    x1, x2 = x[..., ::2], x[..., 1::2]
    return np.stack((-x2, x1), axis=-1).reshape(x.shape)


def rotary(x, positions, base=10000.0):
    dim = x.shape[-1]
    inv_freq = 1.0 / (base ** (np.arange(0, dim, 2) / dim))
    sinusoid = np.outer(positions, inv_freq)
    sin, cos = (np.repeat(np.asarray(t), 2, axis=-1) for t in (np.sin(sinusoid), np.cos(sinusoid)))
    return ((x * cos) + (rotate_every_two(x) * sin)).astype(x.dtype)
