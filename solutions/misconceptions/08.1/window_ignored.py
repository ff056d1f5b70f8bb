"""With a dilation your mask reaches to the ends of the sequence. The window still holds."""

import numpy as np


def local_mask(seq_len, window):
    position = np.arange(seq_len)
    return np.abs(position[:, None] - position) <= window


def dilated_mask(seq_len, window, dilation):
    position = np.arange(seq_len)
    distance = position[:, None] - position
    return distance % dilation == 0
