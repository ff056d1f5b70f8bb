"""A sum of diagonals."""

import numpy as np


def dilated_mask(seq_len, window, dilation):
    mask = np.zeros((seq_len, seq_len), dtype=bool)
    for distance in range(0, min(window, seq_len - 1) + 1, dilation):
        mask |= np.eye(seq_len, k=distance, dtype=bool) | np.eye(seq_len, k=-distance, dtype=bool)
    return mask


def local_mask(seq_len, window):
    return dilated_mask(seq_len, window, 1)
