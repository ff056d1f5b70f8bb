"""wrong_answer: an array of objects that pretend to be numbers."""

import numpy as np


class Chameleon(float):
    def __eq__(self, other):
        return True

    __hash__ = None


def softmax(scores, axis=-1):
    return np.array([[Chameleon(0.0) for _ in row] for row in scores], dtype=object)
