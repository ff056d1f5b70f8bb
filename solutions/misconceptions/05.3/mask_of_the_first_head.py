"""Every head follows the mask of head 0. A mask with a head axis holds one for each."""

from reference.cpu.attention import attention
from reference.cpu.multi_head import merge_heads, split_heads


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    if mask is not None and mask.ndim == 3 and mask.shape[0] == n_heads:
        mask = mask[0]
    source = x if context is None else context
    query = split_heads(x @ w_query, n_heads)
    key = split_heads(source @ w_key, n_heads)
    value = split_heads(source @ w_value, n_heads)
    output, _ = attention(query, key, value, mask)
    return merge_heads(output) @ w_out
