"""wrong_answer: the right numbers as a text."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return str(right(scores, axis))
