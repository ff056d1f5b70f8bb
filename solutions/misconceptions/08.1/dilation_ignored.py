"""Your dilated mask is the local mask. Which distances does a dilation of 2 leave out?"""

import numpy as np


def local_mask(seq_len, window):
    position = np.arange(seq_len)
    return np.abs(position[:, None] - position) <= window


def dilated_mask(seq_len, window, dilation):
    position = np.arange(seq_len)
    distance = position[:, None] - position
    return np.abs(distance) <= window
