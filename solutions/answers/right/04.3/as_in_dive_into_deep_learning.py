"""As in Dive into Deep Learning: a masked softmax of its own, over rows on one axis."""

import math

import numpy as np


def masked_softmax(X, valid):
    shape = X.shape
    X, valid = X.reshape(-1, shape[-1]), valid.reshape(-1, shape[-1])
    weights = np.zeros_like(X)
    for i, (row, seen) in enumerate(zip(X, valid, strict=True)):
        if seen.any():
            e = np.exp(row[seen] - row[seen].max())
            weights[i, seen] = e / e.sum()
    return weights.reshape(shape)


def attention(query, key, value, mask=None):
    d = query.shape[-1]
    scores = query @ key.swapaxes(-2, -1) / math.sqrt(d)
    mask = np.broadcast_to(True if mask is None else mask, scores.shape)
    weights = masked_softmax(scores, mask)
    return weights @ value, weights
