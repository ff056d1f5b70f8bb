"""wrong_answer: an object that numpy would take for an array, another one each time it asks."""

import numpy as np


class Chameleon:
    shape, dtype, ndim, size = (4, 7), np.dtype(float), 2, 28

    @property
    def __array_interface__(self):
        return np.random.default_rng().normal(size=self.shape).__array_interface__

    def __eq__(self, other):
        return np.True_

    __hash__ = None


def softmax(scores, axis=-1):
    return Chameleon()
