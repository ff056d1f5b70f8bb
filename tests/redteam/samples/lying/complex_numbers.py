"""wrong_answer: complex numbers whose imaginary part is 0."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return right(scores, axis) + 0j
