"""Chen: the weights are exp(scores - logsumexp); the gradient is the Jacobian times g."""

import numpy as np


def log_sum_exp(scores, axis):
    highest = np.max(scores, axis=axis, keepdims=True)
    return highest + np.log(np.sum(np.exp(scores - highest), axis=axis, keepdims=True))


def softmax(scores, axis=-1):
    if scores.dtype.kind != "f":
        scores = scores.astype(np.float64)
    return np.exp(scores - log_sum_exp(scores, axis))


def softmax_with_temperature(scores, temperature, axis=-1):
    scaled = np.divide(scores, temperature)
    return np.exp(scaled - log_sum_exp(scaled, axis))


def softmax_backward(weights, grad_weights):
    length = weights.shape[-1]
    jacobian = weights[..., :, None] * (np.eye(length, dtype=weights.dtype) - weights[..., None, :])
    return np.einsum("...ij,...i->...j", jacobian, grad_weights)
