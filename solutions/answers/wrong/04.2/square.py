"""As many keys as queries."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.tri(q_len, q_len, offset, dtype=bool)


def padding_mask(lengths, kv_len):
    return np.arange(kv_len) < np.asarray(lengths)[:, None, None]
