"""Moves the axis to the end and works through plain Python lists."""

import math

import numpy as np


def softmax(scores, axis=-1):
    moved = np.moveaxis(scores, axis, -1)
    rows = moved.reshape(-1, moved.shape[-1]).tolist()
    weights = np.array([weights_of(row) for row in rows]).reshape(moved.shape)
    dtype = scores.dtype if scores.dtype.kind == "f" else np.float64
    return np.moveaxis(weights, -1, axis).astype(dtype)


def weights_of(row):
    highest = max(row)
    exponentials = [math.exp(score - highest) for score in row]
    total = math.fsum(exponentials)
    return [exponential / total for exponential in exponentials]
