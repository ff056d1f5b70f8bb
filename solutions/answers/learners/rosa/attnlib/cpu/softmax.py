"""Rosa read her feedback."""

import numpy as np


def softmax(scores, axis=-1):
    if scores.dtype.kind != "f":
        scores = scores.astype(np.float64)
    shifted = scores - scores.max(axis=axis, keepdims=True)
    return np.exp(shifted) / np.exp(shifted).sum(axis=axis, keepdims=True)


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores / temperature, axis=axis)


def softmax_backward(weights, grad_weights):
    return weights * (grad_weights - (weights * grad_weights).sum(axis=-1, keepdims=True))
