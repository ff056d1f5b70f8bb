"""A window wider than the sequence is turned into nothing."""

import numpy as np


def local_mask(seq_len, window):
    position = np.arange(seq_len)
    return np.abs(position[:, None] - position) <= window % (seq_len + 1)


def dilated_mask(seq_len, window, dilation):
    position = np.arange(seq_len)
    distance = position[:, None] - position
    return (np.abs(distance) <= window) & (distance % dilation == 0)
