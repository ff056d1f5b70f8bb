"""The masks are arrays of 0 and 1, not bool."""

import numpy as np


def local_mask(seq_len, window):
    position = np.arange(seq_len)
    return (np.abs(position[:, None] - position) <= window).astype(int)


def dilated_mask(seq_len, window, dilation):
    position = np.arange(seq_len)
    distance = position[:, None] - position
    return (np.abs(distance) <= window) & (distance % dilation == 0)
