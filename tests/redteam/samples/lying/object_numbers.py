"""wrong_answer: the right numbers as Python objects."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return right(scores, axis).astype(object)
