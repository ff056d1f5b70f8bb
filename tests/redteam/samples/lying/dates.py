"""wrong_answer: dates in place of numbers."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return np.zeros(scores.shape, dtype="M8[s]")
