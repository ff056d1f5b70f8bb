"""Your queries see one token of the future, the very one that a language model has to predict. Is the
comparison off by one?
"""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) <= np.arange(q_len)[:, None] + offset + 1


def padding_mask(lengths, kv_len):
    return np.arange(kv_len) < np.asarray(lengths)[:, None, None]
