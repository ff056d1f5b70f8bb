"""One entry after the other."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    mask = np.zeros((q_len, kv_len), dtype=bool)
    for i in range(q_len):
        for j in range(kv_len):
            if j <= i + offset:
                mask[i, j] = True
    return mask


def padding_mask(lengths, kv_len):
    mask = np.zeros((len(lengths), 1, kv_len), dtype=np.bool_)
    for b, length in enumerate(lengths):
        mask[b, :, :length] = True
    return mask
