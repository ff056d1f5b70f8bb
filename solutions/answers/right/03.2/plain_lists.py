"""Plain Python numbers and recursion."""

import math

import numpy as np


def softmax_with_temperature(scores, temperature, axis=-1):
    moved = np.moveaxis(scores, axis, -1)
    return np.moveaxis(np.array(weights_of(moved.tolist(), temperature)), -1, axis)


def weights_of(rows, temperature):
    if isinstance(rows[0], list):
        return [weights_of(row, temperature) for row in rows]
    highest = max(rows)
    exponentials = [math.exp((score - highest) / temperature) for score in rows]
    return [exponential / sum(exponentials) for exponential in exponentials]
