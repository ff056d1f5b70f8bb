"""As in Mistral's reference: a band between two triangles of ones."""

import numpy as np


def local_mask(seq_len, window):
    tensor = np.full((seq_len, seq_len), 1)
    mask = np.tril(tensor, k=window)
    return np.triu(mask, k=-window) == 1


def dilated_mask(seq_len, window, dilation):
    position = np.arange(seq_len)
    return local_mask(seq_len, window) & ((position[:, None] - position) % dilation == 0)
