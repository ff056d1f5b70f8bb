"""wrong_answer: an ndarray subclass that answers every question with yes."""

import numpy as np


class Agreeable(np.ndarray):
    def __array_ufunc__(self, *args, **kwargs):
        return np.True_

    def __array_function__(self, *args, **kwargs):
        return True

    def __eq__(self, other):
        return np.True_

    __hash__ = None


def softmax(scores, axis=-1):
    return np.zeros_like(scores).view(Agreeable)
