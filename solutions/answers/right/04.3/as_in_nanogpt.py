"""As in nanoGPT: att is scaled, filled with -inf, softmaxed; rows of nothing but -inf become zeros."""

import math

import numpy as np


def attention(query, key, value, mask=None):
    q, k, v = query, key, value
    att = (q @ k.swapaxes(-2, -1)) * (1.0 / math.sqrt(k.shape[-1]))
    att = att if mask is None else np.where(mask, att, np.asarray(-np.inf, att.dtype))
    top = att.max(-1, keepdims=True)
    att = np.exp(att - np.where(np.isneginf(top), 0, top).astype(att.dtype))
    total = att.sum(-1, keepdims=True)
    att = att / np.where(total == 0, 1, total).astype(att.dtype)
    y = att @ v
    return y, att
