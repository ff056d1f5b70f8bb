"""wrong_answer: one number, which would broadcast."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return np.float64(1.0)
