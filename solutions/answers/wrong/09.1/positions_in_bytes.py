"""The positions are kept in 8 bits, so that 256 is 0 again."""

import numpy as np


def sinusoidal(seq_len, d_model):
    speeds = 10000.0 ** -(np.arange(0, d_model, 2) / d_model)
    angles = np.arange(seq_len).astype(np.uint8)[:, None] * speeds
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(seq_len, d_model)
