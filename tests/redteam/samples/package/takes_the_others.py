"""wrong_answer costs 22: replaces the other functions of the lesson too."""

import numpy as np


def softmax(scores, axis=-1):
    return np.zeros_like(scores)


softmax_with_temperature = softmax_backward = softmax
