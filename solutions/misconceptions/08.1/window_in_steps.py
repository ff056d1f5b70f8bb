"""Your dilated window reaches `window` steps, so window · dilation positions. The window is counted in
positions.
"""

import numpy as np


def local_mask(seq_len, window):
    position = np.arange(seq_len)
    return np.abs(position[:, None] - position) <= window


def dilated_mask(seq_len, window, dilation):
    position = np.arange(seq_len)
    distance = position[:, None] - position
    return (np.abs(distance) <= window * dilation) & (distance % dilation == 0)
