"""As in picoGPT: heads are lists, each goes through attention, and a last projection follows the join."""

import numpy as np
from reference.cpu.attention import attention


def linear(x, w):
    return x @ w


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    context = x if context is None else context
    qkv = [linear(x, w_query), linear(context, w_key), linear(context, w_value)]
    qkv_heads = [np.split(part, n_heads, axis=-1) for part in qkv]
    masks = [None] * n_heads
    if mask is not None:
        full = np.broadcast_to(mask, (*x.shape[:-2], n_heads, x.shape[-2], context.shape[-2]))
        masks = [full[..., head, :, :] for head in range(n_heads)]
    out_heads = [attention(q, k, v, m)[0] for q, k, v, m in zip(*qkv_heads, masks, strict=True)]
    return linear(np.concatenate(out_heads, axis=-1), w_out)
