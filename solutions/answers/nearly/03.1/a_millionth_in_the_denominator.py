"""A small number is added so that nothing is divided by zero, which cannot happen."""

import numpy as np


def softmax(scores, axis=-1):
    scores = scores if scores.dtype.kind == "f" else scores.astype(np.float64)
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return exponentials / (exponentials.sum(axis=axis, keepdims=True) + scores.dtype.type(1e-6))
