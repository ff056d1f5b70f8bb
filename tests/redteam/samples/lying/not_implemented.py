"""wrong_answer: the value with which an operator says that it does not know."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return NotImplemented
