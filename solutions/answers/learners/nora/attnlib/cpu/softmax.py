"""Nora needed one more night."""

import numpy as np


def softmax(scores, axis=-1):
    if scores.dtype.kind != "f":
        scores = scores.astype(np.float64)
    largest = np.max(scores, axis=axis, keepdims=True)
    numerator = np.exp(scores - largest)
    return numerator / np.sum(numerator, axis=axis, keepdims=True)


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores / temperature, axis=axis)


def softmax_backward(weights, grad_weights):
    average = np.sum(grad_weights * weights, axis=-1, keepdims=True)
    return (grad_weights - average) * weights
