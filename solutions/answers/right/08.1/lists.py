"""Lists of lists, made an array at the end."""

import numpy as np


def local_mask(seq_len, window):
    return np.array([[-window <= i - j <= window for j in range(seq_len)] for i in range(seq_len)])


def dilated_mask(seq_len, window, dilation):
    kept = [d for d in range(-window, window + 1) if d % dilation == 0]
    return np.array([[j - i in kept for j in range(seq_len)] for i in range(seq_len)])
