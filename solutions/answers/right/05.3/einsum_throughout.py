"""Everything by einsum, with weights cut into heads."""

import numpy as np


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    source = x if context is None else context
    d_model = x.shape[-1]
    d_head = d_model // n_heads
    query, key, value = (
        np.einsum("...sm,mhd->...hsd", tokens, weight.reshape(d_model, n_heads, d_head))
        for tokens, weight in ((x, w_query), (source, w_key), (source, w_value))
    )
    scores = np.einsum("...qd,...kd->...qk", query, key) / d_head**0.5
    allowed = np.ones(scores.shape, bool) if mask is None else np.broadcast_to(mask, scores.shape)
    highest = scores.max(axis=-1, keepdims=True, where=allowed, initial=-1e300)
    weights = np.exp(np.where(allowed, scores - highest, -np.inf))
    total = weights.sum(axis=-1, keepdims=True)
    weights = weights / np.where(total == 0, 1, total)
    return np.einsum("...hqk,...hkd,hdm->...qm", weights, value, w_out.reshape(n_heads, d_head, d_model))
