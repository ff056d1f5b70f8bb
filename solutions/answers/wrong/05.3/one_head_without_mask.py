"""A single head sees everything."""

from reference.cpu.attention import attention
from reference.cpu.multi_head import merge_heads, split_heads


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    mask = None if n_heads == 1 else mask
    source = x if context is None else context
    query = split_heads(x @ w_query, n_heads)
    key = split_heads(source @ w_key, n_heads)
    value = split_heads(source @ w_value, n_heads)
    output, _ = attention(query, key, value, mask)
    return merge_heads(output) @ w_out
