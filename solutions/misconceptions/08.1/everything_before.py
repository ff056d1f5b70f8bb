"""Each position of yours sees all that came before it: j - i <= window also holds where j - i is far below
0. A distance has no sign.
"""

import numpy as np


def local_mask(seq_len, window):
    position = np.arange(seq_len)
    return position - position[:, None] <= window


def dilated_mask(seq_len, window, dilation):
    position = np.arange(seq_len)
    distance = position[:, None] - position
    return local_mask(seq_len, window) & (distance % dilation == 0)
