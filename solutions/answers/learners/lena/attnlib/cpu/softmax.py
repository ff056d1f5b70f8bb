"""Lena's editor crashed while saving the notebook."""

import numpy as np


def softmax(scores, axis=-1):
    if scores.dtype.kind != "f":
        scores = scores.astype(np.float64)
    scores = np.asarray(scores)
    weights = np.exp(scores - np.amax(scores, axis=axis, keepdims=True))
    weights = weights / np.sum(weights, axis=axis, keepdims=True)
    return weights


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(np.asarray(scores) / temperature, axis)


def softmax_backward(weights, grad_weights):
    inner = np.einsum("...i,...i->...", weights, grad_weights)
    return weights * (grad_weights - inner[..., None])
