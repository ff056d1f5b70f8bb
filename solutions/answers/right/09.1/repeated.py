"""Every speed twice, sine and cosine chosen by where."""

import numpy as np


def sinusoidal(seq_len, d_model):
    speeds = np.repeat(10000.0 ** -(np.arange(d_model // 2) / (d_model // 2)), 2)
    angles = np.einsum("p,f->pf", np.arange(seq_len, dtype=float), speeds)
    return np.where(np.arange(d_model) % 2 == 0, np.sin(angles), np.cos(angles))
