"""All your clocks run at the same speed. What does 10000 do in the formula?"""

import numpy as np


def sinusoidal(seq_len, d_model):
    angles = np.arange(seq_len)[:, None] * np.ones(d_model // 2)
    encoding = np.empty((seq_len, d_model))
    encoding[:, 0::2] = np.sin(angles)
    encoding[:, 1::2] = np.cos(angles)
    return encoding
