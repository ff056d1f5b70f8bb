"""Works in place in an array of its own."""

import numpy as np


def softmax(scores, axis=-1):
    weights = np.array(scores, dtype=scores.dtype if scores.dtype.kind == "f" else float)
    weights -= weights.max(axis=axis, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=axis, keepdims=True)
    return weights
