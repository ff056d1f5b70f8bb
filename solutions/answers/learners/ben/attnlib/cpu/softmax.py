"""Ben: one row at a time."""

import math

import numpy as np


def softmax_row(row):
    largest = max(row)
    numerators = [math.exp(score - largest) for score in row]
    total = sum(numerators)
    return [number / total for number in numerators]


def softmax(scores, axis=-1):
    if scores.dtype.kind != "f":
        scores = scores.astype(np.float64)
    moved = np.moveaxis(scores, axis, -1)
    rows = moved.reshape(-1, moved.shape[-1])
    result = np.array([softmax_row(list(row)) for row in rows], dtype=scores.dtype).reshape(moved.shape)
    return np.moveaxis(result, -1, axis)


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores / temperature, axis=axis)


def softmax_backward(weights, grad_weights):
    rows = weights.reshape(-1, weights.shape[-1])
    grads = grad_weights.reshape(rows.shape)
    result = np.zeros_like(rows)
    for number, (w, g) in enumerate(zip(rows, grads)):
        result[number] = w * (g - np.dot(w, g))
    return result.reshape(weights.shape)
