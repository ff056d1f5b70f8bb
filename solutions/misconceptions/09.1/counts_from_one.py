"""Your row p is what belongs to position p + 1. From which number are positions counted?"""

import numpy as np


def sinusoidal(seq_len, d_model):
    angles = np.arange(1, seq_len + 1)[:, None] / 10000.0 ** (np.arange(0, d_model, 2) / d_model)
    encoding = np.empty((seq_len, d_model))
    encoding[:, 0::2] = np.sin(angles)
    encoding[:, 1::2] = np.cos(angles)
    return encoding
