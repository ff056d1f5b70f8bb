"""As in GPT-2: m = i >= j - ns + nd, with what lies before the first query as ns - nd."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    nd, ns = q_len, q_len + offset
    i = np.arange(nd)[:, None]
    j = np.arange(kv_len)
    m = i >= j - ns + nd
    return m


def padding_mask(lengths, kv_len):
    return np.array([[[t < n for t in range(kv_len)]] for n in lengths], dtype=bool)
