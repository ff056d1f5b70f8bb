"""wrong_answer: an object whose class is ndarray, if one asks the object."""

import numpy as np


class Claimant:
    __class__ = np.ndarray

    def __getattr__(self, name):
        return self

    def __call__(self, *args):
        return True


def softmax(scores, axis=-1):
    return Claimant()
