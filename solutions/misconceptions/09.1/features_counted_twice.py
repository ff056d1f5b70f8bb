"""Your feature f has the exponent 2f / d_model, with a speed of its own for the cosine. If i runs over 0, 2,
4, ... it is 2i of the formula already, and the cosine beside it has the same angle.
"""

import numpy as np


def sinusoidal(seq_len, d_model):
    encoding, positions = np.empty((seq_len, d_model)), np.arange(seq_len)
    for i in range(0, d_model, 2):
        encoding[:, i] = np.sin(positions / 10000 ** (2 * i / d_model))
        encoding[:, i + 1] = np.cos(positions / 10000 ** (2 * (i + 1) / d_model))
    return encoding
