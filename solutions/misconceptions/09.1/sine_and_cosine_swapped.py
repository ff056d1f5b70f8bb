"""Your sines and cosines have changed places. At position 0 all angles are 0: is feature 0 then 0 or 1?"""

import numpy as np


def sinusoidal(seq_len, d_model):
    angles = np.arange(seq_len)[:, None] / 10000.0 ** (np.arange(0, d_model, 2) / d_model)
    encoding = np.empty((seq_len, d_model))
    encoding[:, 0::2] = np.cos(angles)
    encoding[:, 1::2] = np.sin(angles)
    return encoding
