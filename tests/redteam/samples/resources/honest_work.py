"""kept: Python loops over every number, a recursion of two hundred levels, a line printed for each row."""

import math

import numpy as np


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def softmax(scores, axis=-1):
    assert depth(200) == 200
    moved = np.moveaxis(np.asarray(scores), axis, -1)
    weights = np.empty(moved.shape, moved.dtype if moved.dtype.kind == "f" else float)
    for place in np.ndindex(moved.shape[:-1]):
        row = [float(score) for score in moved[place]]
        parts = [math.exp(score - max(row)) for score in row]
        weights[place] = [part / sum(parts) for part in parts]
    print("rows:", weights.shape[:-1])
    return np.moveaxis(weights, -1, axis)
