"""Your window lies on one side: each position sees what comes after it. A local window has two sides."""

import numpy as np


def local_mask(seq_len, window):
    position = np.arange(seq_len)
    return np.abs(position[:, None] - position + window / 2) <= window / 2


def dilated_mask(seq_len, window, dilation):
    position = np.arange(seq_len)
    distance = position[:, None] - position
    return (distance <= 0) & (-distance <= window) & (distance % dilation == 0)
