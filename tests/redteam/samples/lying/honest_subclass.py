"""kept: the right numbers in a subclass of ndarray that changes nothing."""

import numpy as np

right = softmax


class Weights(np.ndarray):
    pass


def softmax(scores, axis=-1):
    return right(scores, axis).view(Weights)
