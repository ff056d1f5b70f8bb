"""Your dilation keeps every dilation-th position of the sequence, the same for all rows. It is the
distance that must be divisible.
"""

import numpy as np


def local_mask(seq_len, window):
    position = np.arange(seq_len)
    return np.abs(position[:, None] - position) <= window


def dilated_mask(seq_len, window, dilation):
    position = np.arange(seq_len)
    distance = position[:, None] - position
    return (np.abs(distance) <= window) & (position % dilation == 0)
