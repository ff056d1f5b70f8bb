"""The list of lengths is empty afterwards."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) <= np.arange(q_len)[:, None] + offset


def padding_mask(lengths, kv_len):
    lengths = lengths if isinstance(lengths, list) else list(lengths)
    rows = []
    while lengths:
        rows.append(np.arange(kv_len) < lengths.pop(0))
    return np.array(rows)[:, None]
