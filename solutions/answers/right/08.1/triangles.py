"""The part between two triangles."""

import numpy as np


def local_mask(seq_len, window):
    ones = np.ones((seq_len, seq_len), dtype=bool)
    return np.tril(np.triu(ones, -window), window)


def dilated_mask(seq_len, window, dilation):
    i, j = np.indices((seq_len, seq_len))
    return np.logical_and(local_mask(seq_len, window), np.mod(i - j, dilation) == 0)
