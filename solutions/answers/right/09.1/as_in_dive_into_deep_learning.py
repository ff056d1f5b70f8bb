"""As in Dive into Deep Learning: P starts as zeros, X is a table of positions over powers of 10,000."""

import numpy as np


def sinusoidal(seq_len, d_model):
    P = np.zeros((seq_len, d_model))
    X = np.arange(seq_len).reshape(-1, 1) / np.power(10000, np.arange(0, d_model, 2) / d_model)
    P[:, 0::2] = np.sin(X)
    P[:, 1::2] = np.cos(X)
    return P
