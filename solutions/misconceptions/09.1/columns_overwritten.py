"""Your clocks write over each other, and the last features stay 0. Clock i belongs into the columns 2i and 2i
+ 1, not into i and i + 1.
"""

import numpy as np


def sinusoidal(seq_len, d_model):
    encoding = np.zeros((seq_len, d_model))
    for i in range(d_model // 2):
        angles = np.arange(seq_len) / 10000 ** (2 * i / d_model)
        encoding[:, i] = np.sin(angles)
        encoding[:, i + 1] = np.cos(angles)
    return encoding
