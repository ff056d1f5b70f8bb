"""Hidden scores are a large finite number, so a row that is hidden entirely becomes uniform."""

import numpy as np
from reference.cpu.attention import attention
from reference.cpu.multi_head import merge_heads, split_heads
from reference.cpu.softmax import softmax


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    source = x if context is None else context
    query = split_heads(x @ w_query, n_heads)
    key = split_heads(source @ w_key, n_heads)
    value = split_heads(source @ w_value, n_heads)
    output, _ = attention(query, key, value)
    if mask is not None:
        scores = query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
        weights = softmax(np.where(mask, scores, -1e9))
        output = weights @ value
    return merge_heads(output) @ w_out
