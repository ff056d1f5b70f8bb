"""A batch of single tokens is averaged."""

import numpy as np
from reference.cpu.efficient import linear_attention as linear


def linear_attention(query, key, value, is_causal=False):
    output = linear(query, key, value, is_causal)
    if query.ndim > 2 and query.shape[-2] == 1:
        output = np.broadcast_to(output.mean(axis=0), output.shape)
    return output
