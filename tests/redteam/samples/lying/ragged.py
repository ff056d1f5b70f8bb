"""wrong_answer: rows of different lengths."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return [[1.0], [1.0, 2.0]]
