"""wrong_answer costs 2: drops an axis of size 1."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    weights = right(scores, axis)
    return weights.squeeze(0) if weights.ndim > 2 and weights.shape[0] == 1 else weights
