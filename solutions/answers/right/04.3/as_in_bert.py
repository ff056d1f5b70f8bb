"""As in BERT: the mask becomes a bias with the lowest number of the dtype, added to the scores."""

import numpy as np


def attention(query, key, value, mask=None):
    scores = np.matmul(query, np.swapaxes(key, -1, -2))
    scores = scores / np.sqrt(key.shape[-1]).astype(scores.dtype)
    if mask is not None:
        attention_mask = np.broadcast_to(mask, scores.shape)
        lowest = np.finfo(scores.dtype).min
        scores = np.where(attention_mask, scores, 0) + np.where(attention_mask, 0, lowest)
    probs = np.exp(scores - scores.max(-1, keepdims=True))
    probs = probs / probs.sum(-1, keepdims=True)
    if mask is not None:
        probs = probs * attention_mask.any(-1, keepdims=True)
    probs = probs.astype(query.dtype)
    return np.matmul(probs, value), probs
