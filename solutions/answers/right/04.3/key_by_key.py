"""One pass over the keys with a running maximum, a second for the weights."""

import numpy as np


def attention(query, key, value, mask=None):
    scores = np.sum(query[..., :, None, :] * key[..., None, :, :], axis=-1) / np.sqrt(query.shape[-1])
    allowed = np.broadcast_to(True if mask is None else mask, scores.shape)
    highest = np.full(scores.shape[:-1], -np.inf)
    total = np.zeros(scores.shape[:-1])
    for j in range(scores.shape[-1]):
        new = np.where(allowed[..., j], np.maximum(highest, scores[..., j]), highest)
        grown = np.exp(np.where(allowed[..., j], scores[..., j] - new, -np.inf))
        total = total * np.exp(np.where(np.isfinite(highest), highest - new, 0.0)) + grown
        highest = new
    safe = np.where(np.isfinite(highest), highest, 0.0)[..., None]
    strengths = np.where(allowed, np.exp(np.minimum(scores - safe, 0.0)), 0.0)
    weights = strengths / np.where(total > 0, total, 1.0)[..., None]
    return (weights[..., None] * value[..., None, :, :]).sum(axis=-2), weights
