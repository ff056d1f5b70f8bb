"""The sine and the cosine of a pair have different angles in your encoding. How many clocks are there for
d_model features?
"""

import numpy as np


def sinusoidal(seq_len, d_model):
    angles = np.arange(seq_len)[:, None] / 10000.0 ** (np.arange(d_model) / d_model)
    return np.where(np.arange(d_model) % 2 == 0, np.sin(angles), np.cos(angles))
