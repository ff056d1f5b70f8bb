"""Half of the digits are thrown away."""

import numpy as np


def sinusoidal(seq_len, d_model):
    speeds = 10000.0 ** -(np.arange(0, d_model, 2, dtype=np.float32) / np.float32(d_model))
    angles = np.arange(seq_len, dtype=np.float32)[:, None] * speeds
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(seq_len, d_model)
