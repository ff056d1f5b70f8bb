"""Fay mixed up rows and columns."""

import numpy as np


def softmax(scores, axis=-1):
    if scores.dtype.kind != "f":
        scores = scores.astype(np.float64)
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum(axis=0, keepdims=True)


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores / temperature, axis=axis)


def softmax_backward(weights, grad_weights):
    return weights * (grad_weights - (weights * grad_weights).sum(axis=-1, keepdims=True))
