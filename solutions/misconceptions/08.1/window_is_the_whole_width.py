"""Your window is `window` positions wide in all. It should reach `window` positions to each side."""

import numpy as np


def local_mask(seq_len, window):
    position = np.arange(seq_len)
    return np.abs(position[:, None] - position) <= window // 2


def dilated_mask(seq_len, window, dilation):
    position = np.arange(seq_len)
    distance = position[:, None] - position
    return (np.abs(distance) <= window // 2) & (distance % dilation == 0)
