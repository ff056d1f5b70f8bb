"""Squeezing removes axes of size 1."""

import numpy as np


def softmax(scores, axis=-1):
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return np.squeeze(exponentials / exponentials.sum(axis=axis, keepdims=True))
