"""Milo works in an editor and deleted the notebook."""

from numpy import exp


def softmax(scores, axis=-1):
    if scores.dtype.kind != "f":
        scores = scores.astype("float64")
    powers = exp(scores - scores.max(axis=axis, keepdims=True))
    powers /= powers.sum(axis=axis, keepdims=True)
    return powers


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores / temperature, axis)


def softmax_backward(weights, grad_weights):
    product = weights * grad_weights
    return product - weights * product.sum(axis=-1, keepdims=True)
