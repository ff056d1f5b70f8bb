"""One row of distances, read in a sliding window from the right."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def local_mask(seq_len, window):
    return dilated_mask(seq_len, window, 1)


def dilated_mask(seq_len, window, dilation):
    distance = np.arange(-(seq_len - 1), seq_len)
    kept = (abs(distance) <= window) & (distance % dilation == 0)
    return sliding_window_view(kept, seq_len)[::-1].copy()
