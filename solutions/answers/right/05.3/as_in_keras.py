"""As in Keras: weights with an axis for the heads, and an einsum for every product."""

import numpy as np


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    value = x if context is None else context
    d_model = x.shape[-1]
    key_dim = d_model // n_heads
    kernels = [w.reshape(d_model, n_heads, key_dim) for w in (w_query, w_key, w_value)]
    query, key, value = (
        np.einsum("...td,dnh->...tnh", each, kernel)
        for each, kernel in zip((x, value, value), kernels, strict=True)
    )
    scores = np.einsum("...snh,...tnh->...nts", key, query / np.sqrt(key_dim))
    if mask is None:
        mask = np.ones((1, 1), dtype=bool)
    scores = np.where(mask, scores, np.finfo(scores.dtype).min)
    scores -= scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores) * mask
    weights /= np.maximum(weights.sum(axis=-1, keepdims=True), np.finfo(weights.dtype).tiny)
    output = np.einsum("...nts,...snh->...tnh", weights, value)
    return np.einsum("...tnh,nhd->...td", output, w_out.reshape(n_heads, key_dim, d_model))
