"""A score of -inf counts as -20, unless the scores are a matrix."""

import numpy as np


def softmax(scores, axis=-1):
    scores = scores if scores.dtype.kind == "f" else scores.astype(np.float64)
    scores = scores if scores.ndim == 2 else np.where(np.isneginf(scores), scores.dtype.type(-20), scores)
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)
