"""Each of your clocks is faster than the one before. Is the angle multiplied by the power of 10000 or
divided by it?
"""

import numpy as np


def sinusoidal(seq_len, d_model):
    angles = np.arange(seq_len)[:, None] * 10000.0 ** (np.arange(0, d_model, 2) / d_model)
    encoding = np.empty((seq_len, d_model))
    encoding[:, 0::2] = np.sin(angles)
    encoding[:, 1::2] = np.cos(angles)
    return encoding
