"""wrong_answer: an array of records."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return np.zeros(scores.shape, dtype=[("weights", "f8")])
