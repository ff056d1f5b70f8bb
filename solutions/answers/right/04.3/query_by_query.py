"""One query of one head at a time, over the keys that it may see."""

import numpy as np


def attention(query, key, value, mask=None):
    leading = query.shape[:-2]
    q_len, kv_len = query.shape[-2], key.shape[-2]
    allowed = np.ones((*leading, q_len, kv_len), bool)
    if mask is not None:
        allowed &= mask
    weights = np.zeros((*leading, q_len, kv_len))
    output = np.zeros((*leading, q_len, value.shape[-1]))
    for index in np.ndindex(*leading, q_len):
        batch, seen = index[:-1], np.flatnonzero(allowed[index])
        if len(seen) == 0:
            continue
        scores = key[batch][seen] @ query[index] / query.shape[-1] ** 0.5
        strengths = np.exp(scores - scores.max())
        weights[(*index, seen)] = strengths / strengths.sum()
        output[index] = weights[index] @ value[batch]
    return output, weights
