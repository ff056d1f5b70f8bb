"""A cosine is a sine that is a quarter turn ahead."""

import numpy as np


def sinusoidal(seq_len, d_model):
    feature = np.arange(d_model)
    angles = np.arange(seq_len).reshape(-1, 1) / np.power(10000.0, 2 * (feature // 2) / d_model)
    return np.sin(angles + np.pi / 2 * (feature % 2))
