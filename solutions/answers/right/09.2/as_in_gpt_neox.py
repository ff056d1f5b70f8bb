"""As in GPT-NeoX, where halves turn: even features first, then odd ones, and back again at the end."""

import numpy as np


def rotate_half(x):
    x1, x2 = np.split(x, 2, axis=-1)
    return np.concatenate((-x2, x1), axis=-1)


def rotary(x, positions, base=10000.0):
    dim = x.shape[-1]
    inv_freq = 1.0 / (base ** (np.arange(0, dim, 2) / dim))
    freqs = np.einsum("i,j->ij", positions, inv_freq)
    emb = np.concatenate((freqs, freqs), axis=-1)
    halves = np.concatenate((x[..., 0::2], x[..., 1::2]), axis=-1)
    turned = halves * np.cos(emb) + rotate_half(halves) * np.sin(emb)
    back = np.argsort(np.concatenate((np.arange(0, dim, 2), np.arange(1, dim, 2))))
    return turned[..., back].astype(x.dtype)
