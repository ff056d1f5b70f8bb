"""np.indices."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    i, j = np.indices((q_len, kv_len))
    return j - i <= offset


def padding_mask(lengths, kv_len):
    b, _, j = np.indices((len(lengths), 1, kv_len))
    return j < np.asarray(lengths)[b]
