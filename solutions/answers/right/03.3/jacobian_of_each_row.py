"""Builds diag(w) - w wᵀ and multiplies."""

import numpy as np


def softmax_backward(weights, grad_weights):
    rows = weights.reshape(-1, weights.shape[-1])
    grads = grad_weights.reshape(rows.shape)
    result = np.zeros(rows.shape)
    for i, (w, g) in enumerate(zip(rows, grads, strict=True)):
        result[i] = (np.diag(w) - np.outer(w, w)) @ g
    return result.reshape(weights.shape)
