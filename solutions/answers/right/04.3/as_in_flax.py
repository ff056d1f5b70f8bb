"""As in Flax: the query divided by the root of its depth, einsum, the lowest number where the mask is off."""

import numpy as np


def attention(query, key, value, mask=None):
    depth = query.shape[-1]
    query = query / np.sqrt(depth).astype(query.dtype)
    attn_weights = np.einsum("...qd,...kd->...qk", query, key)
    if mask is not None:
        big_neg = np.finfo(attn_weights.dtype).min
        attn_weights = np.where(mask, attn_weights, big_neg)
    attn_weights = np.exp(attn_weights - attn_weights.max(axis=-1, keepdims=True))
    attn_weights = attn_weights / attn_weights.sum(axis=-1, keepdims=True)
    if mask is not None:
        attn_weights = np.where(mask, attn_weights, np.zeros_like(attn_weights))
    return np.einsum("...qk,...kd->...qd", attn_weights, value), attn_weights
