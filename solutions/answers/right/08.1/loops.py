"""Two loops."""

import numpy as np


def local_mask(seq_len, window):
    mask = np.zeros((seq_len, seq_len), dtype=bool)
    for i in range(seq_len):
        mask[i, max(0, i - window) : i + window + 1] = True
    return mask


def dilated_mask(seq_len, window, dilation):
    mask = np.zeros((seq_len, seq_len), dtype=bool)
    for i in range(seq_len):
        for j in range(seq_len):
            mask[i, j] = abs(i - j) <= window and (i - j) % dilation == 0
    return mask
