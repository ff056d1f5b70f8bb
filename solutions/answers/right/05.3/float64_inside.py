"""Computes in float64 and works on copies."""

import numpy as np
from reference.cpu.attention import attention
from reference.cpu.multi_head import merge_heads, split_heads


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    x, *weights = (np.array(each, dtype=np.float64) for each in (x, w_query, w_key, w_value, w_out))
    source = x if context is None else np.array(context, dtype=np.float64)
    query = split_heads(np.matmul(x, weights[0]), n_heads)
    key = split_heads(np.matmul(source, weights[1]), n_heads)
    value = split_heads(np.matmul(source, weights[2]), n_heads)
    return np.matmul(merge_heads(attention(query, key, value, mask)[0]), weights[3])
