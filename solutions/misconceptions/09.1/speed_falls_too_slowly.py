"""Your clocks slow down half as fast as they should. Is the exponent i / d_model or 2i / d_model?"""

import numpy as np


def sinusoidal(seq_len, d_model):
    angles = np.arange(seq_len)[:, None] / 10000.0 ** (np.arange(d_model // 2) / d_model)
    encoding = np.empty((seq_len, d_model))
    encoding[:, 0::2] = np.sin(angles)
    encoding[:, 1::2] = np.cos(angles)
    return encoding
