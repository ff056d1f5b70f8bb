"""In a batch, a single query that asks a context sees its first token only."""

import numpy as np
from reference.cpu.multi_head import multi_head_attention as right


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    if context is not None and mask is None and x.ndim > 2 and x.shape[-2] == 1:
        mask = np.arange(context.shape[-2]) == 0
    return right(x, w_query, w_key, w_value, w_out, n_heads, mask, context)
