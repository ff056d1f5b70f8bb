"""Each row is a list of True as long as the sentence, and of False for what is left of it."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    seen = [min(max(i + offset + 1, 0), kv_len) for i in range(q_len)]
    return np.array([[True] * n + [False] * (kv_len - n) for n in seen])


def padding_mask(lengths, kv_len):
    return np.array([[[True] * n + [False] * (kv_len - n)] for n in lengths])
