"""The four weights are rounded to float32."""

import numpy as np
from reference.cpu.attention import attention
from reference.cpu.multi_head import merge_heads, split_heads


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    source = x if context is None else context
    w_query, w_key, w_value, w_out = (each.astype(np.float32) for each in (w_query, w_key, w_value, w_out))
    heads = [split_heads(a @ w, n_heads) for a, w in ((x, w_query), (source, w_key), (source, w_value))]
    return merge_heads(attention(*heads, mask)[0]) @ w_out
