"""Below 0 an unsigned number starts again from its largest."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) <= np.arange(q_len)[:, None] + offset


def padding_mask(lengths, kv_len):
    n = np.asarray(lengths)[:, None, None]
    return np.arange(kv_len, dtype=n.dtype) - n > kv_len if n.dtype.kind == "u" else np.arange(kv_len) - n < 0
