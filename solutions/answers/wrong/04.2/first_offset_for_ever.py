"""A mask of these sizes is kept, whatever the offset is."""

import numpy as np

_ok = {}


def causal_mask(q_len, kv_len, offset=0):
    if (q_len, kv_len) not in _ok:
        _ok[q_len, kv_len] = np.tri(q_len, kv_len, offset, dtype=bool)
    return _ok[q_len, kv_len]


def padding_mask(lengths, kv_len):
    return np.arange(kv_len) < np.asarray(lengths)[:, None, None]
