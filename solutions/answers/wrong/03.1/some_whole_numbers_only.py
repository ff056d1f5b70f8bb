"""Knows the usual whole numbers; of 16 bits, or unsigned, they stay what they are."""

import numpy as np


def softmax(scores, axis=-1):
    scores = scores.astype(np.float64) if scores.dtype in (np.int64, np.int32, np.int8, np.uint8) else scores
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)
