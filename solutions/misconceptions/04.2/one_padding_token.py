"""Your padding mask lets one padding token through. A sentence of length 3 has its tokens at the
positions 0, 1 and 2: is position 3 one of them?
"""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) <= np.arange(q_len)[:, None] + offset


def padding_mask(lengths, kv_len):
    return np.arange(kv_len) <= np.asarray(lengths)[:, None, None]
