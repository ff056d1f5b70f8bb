"""wrong_answer: infinite weights."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return np.full(scores.shape, np.inf)
