"""The heads were joined by a reshape alone, which mixes tokens. Which of your functions joins columns?"""

from reference.cpu.attention import attention
from reference.cpu.multi_head import split_heads


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    source = x if context is None else context
    query = split_heads(x @ w_query, n_heads)
    key = split_heads(source @ w_key, n_heads)
    value = split_heads(source @ w_value, n_heads)
    output, _ = attention(query, key, value, mask)
    return output.reshape(*x.shape[:-1], -1) @ w_out
