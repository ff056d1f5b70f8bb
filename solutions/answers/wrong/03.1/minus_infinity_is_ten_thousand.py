"""A score of -inf becomes -10,000, which is a legal score."""

import numpy as np


def softmax(scores, axis=-1):
    x = scores if scores.dtype.kind == "f" else scores.astype(float)
    x = np.nan_to_num(x, neginf=-1e4)
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
