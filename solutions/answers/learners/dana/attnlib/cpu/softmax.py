"""Dana ran out of time."""

import numpy as np


def softmax(scores, axis=-1):
    if scores.dtype.kind != "f":
        scores = scores.astype(np.float64)
    shifted = scores - np.max(scores, axis=axis, keepdims=True)
    weights = np.exp(shifted)
    return weights / np.sum(weights, axis=axis, keepdims=True)


def softmax_with_temperature(scores, temperature, axis=-1):
    raise NotImplementedError("Exercise 03.2: softmax_with_temperature is not written yet.")


def softmax_backward(weights, grad_weights):
    raise NotImplementedError("Exercise 03.3: softmax_backward is not written yet.")
