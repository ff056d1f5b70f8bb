"""The positions of a table that ends after 512 start again."""

import numpy as np


def sinusoidal(seq_len, d_model):
    speeds = 10000.0 ** -(np.arange(0, d_model, 2) / d_model)
    angles = (np.arange(seq_len) % 512)[:, None] * speeds
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(seq_len, d_model)
