"""The heads were made by a reshape alone, which deals out tokens instead of columns. Which of your
functions cuts columns?
"""

from reference.cpu.attention import attention
from reference.cpu.multi_head import merge_heads


def by_reshape(x, n_heads):
    return x.reshape(*x.shape[:-2], n_heads, x.shape[-2], x.shape[-1] // n_heads)


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    source = x if context is None else context
    query = by_reshape(x @ w_query, n_heads)
    key = by_reshape(source @ w_key, n_heads)
    value = by_reshape(source @ w_value, n_heads)
    output, _ = attention(query, key, value, mask)
    return merge_heads(output) @ w_out
