"""Your last clock has the speed 1 / 10000. The exponents run from 0 in steps of 2 / d_model: do they reach
1?
"""

import numpy as np


def sinusoidal(seq_len, d_model):
    half = d_model // 2
    angles = np.arange(seq_len)[:, None] / 10000.0 ** (np.arange(half) / max(half - 1, 1))
    encoding = np.empty((seq_len, d_model))
    encoding[:, 0::2] = np.sin(angles)
    encoding[:, 1::2] = np.cos(angles)
    return encoding
