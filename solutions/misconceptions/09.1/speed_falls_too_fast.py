"""Your clocks slow down twice as fast as they should: 2i seems to be doubled once more. What does
np.arange(0, d_model, 2) already hold?
"""

import numpy as np


def sinusoidal(seq_len, d_model):
    angles = np.arange(seq_len)[:, None] / 10000.0 ** (2 * np.arange(0, d_model, 2) / d_model)
    encoding = np.empty((seq_len, d_model))
    encoding[:, 0::2] = np.sin(angles)
    encoding[:, 1::2] = np.cos(angles)
    return encoding
