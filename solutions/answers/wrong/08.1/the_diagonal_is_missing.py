"""No position sees itself when the window is 0."""

import numpy as np


def local_mask(seq_len, window):
    position = np.arange(seq_len)
    return (np.abs(position[:, None] - position) <= window) & (window > 0)


def dilated_mask(seq_len, window, dilation):
    position = np.arange(seq_len)
    distance = position[:, None] - position
    return (np.abs(distance) <= window) & (distance % dilation == 0)
