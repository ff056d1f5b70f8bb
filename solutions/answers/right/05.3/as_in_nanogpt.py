"""As in nanoGPT: one product for query, key and value, split, reshaped to heads, hidden scores -inf."""

import math

import numpy as np


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    source = x if context is None else context
    C = x.shape[-1]
    if context is None:
        q, k, v = np.split(x @ np.concatenate([w_query, w_key, w_value], axis=1), 3, axis=-1)
    else:
        q, k, v = x @ w_query, source @ w_key, source @ w_value

    def heads(t):
        return t.reshape(*t.shape[:-1], n_heads, C // n_heads).swapaxes(-3, -2)

    q, k, v = heads(q), heads(k), heads(v)
    att = (q @ k.swapaxes(-2, -1)) * (1.0 / math.sqrt(k.shape[-1]))
    if mask is not None:
        att = np.where(mask, att, -np.inf)
    top = att.max(axis=-1, keepdims=True)
    att = np.exp(att - np.where(np.isinf(top), 0.0, top))
    total = att.sum(axis=-1, keepdims=True)
    att = att / np.where(total == 0, 1.0, total)
    y = (att @ v).swapaxes(-3, -2)
    return y.reshape(*y.shape[:-2], C) @ w_out
