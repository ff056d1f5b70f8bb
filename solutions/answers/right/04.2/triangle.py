"""np.tri and np.repeat."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.tri(q_len, kv_len, k=offset, dtype=bool)


def padding_mask(lengths, kv_len):
    return np.stack([np.arange(kv_len)[None, :] < length for length in lengths])
