"""It matches what comes out when split_heads is called with d_head. Its second argument is how many heads
there are.
"""

from reference.cpu.attention import attention
from reference.cpu.multi_head import merge_heads, split_heads


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    source = x if context is None else context
    d_head = x.shape[-1] // n_heads
    query = split_heads(x @ w_query, d_head)
    key = split_heads(source @ w_key, d_head)
    value = split_heads(source @ w_value, d_head)
    output, _ = attention(query, key, value, mask)
    return merge_heads(output) @ w_out
