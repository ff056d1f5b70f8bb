"""Features beyond 64 stay 0."""

import numpy as np


def sinusoidal(seq_len, d_model):
    encoding = np.zeros((seq_len, d_model))
    for i in range(0, min(d_model, 64), 2):
        angles = np.arange(seq_len) / 10000.0 ** (i / d_model)
        encoding[:, i], encoding[:, i + 1] = np.sin(angles), np.cos(angles)
    return encoding
