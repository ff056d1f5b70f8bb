"""As in llm.c: out starts at zero and gets the value of each position, times its weight."""

import numpy as np


def weighted_sum(weights, value):
    leading = np.broadcast_shapes(weights.shape[:-2], value.shape[:-2])
    out = np.zeros((*leading, weights.shape[-2], value.shape[-1]), np.result_type(weights, value))
    for t2 in range(value.shape[-2]):
        att_btht2 = weights[..., :, t2, None]
        out += att_btht2 * value[..., None, t2, :]
    return out
