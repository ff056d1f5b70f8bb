"""A dilation beyond the sequence is taken for the largest distance in it."""

import numpy as np
from reference.cpu.efficient import local_mask


def dilated_mask(seq_len, window, dilation):
    dilation = min(dilation, max(1, seq_len - 1))
    p = np.arange(seq_len)
    return local_mask(seq_len, window) & ((p[:, None] - p) % dilation == 0)
