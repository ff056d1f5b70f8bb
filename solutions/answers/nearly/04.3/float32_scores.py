"""The scores are kept in float32."""

import numpy as np
from reference.cpu.scores import scaled_scores
from reference.cpu.softmax import softmax


def attention(query, key, value, mask=None):
    scores = scaled_scores(query, key).astype(np.float32)
    weights = softmax(scores if mask is None else np.where(mask, scores, np.float32(-1e30)))
    weights = weights if mask is None else weights * mask
    return weights @ value, weights
