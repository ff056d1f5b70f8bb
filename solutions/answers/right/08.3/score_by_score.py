"""One column of scores at a time."""

import math

import numpy as np


def one_row(row):
    maximum, total = -math.inf, 0.0
    for score in row:
        if score > maximum:
            total = total * math.exp(maximum - score) + 1.0
            maximum = score
        elif score > -math.inf:
            total += math.exp(score - maximum)
    return maximum, total


def online_softmax(scores_blocks):
    scores = np.concatenate(tuple(scores_blocks), axis=-1)
    flat = scores.reshape(-1, scores.shape[-1])
    results = np.array([one_row(row) for row in flat.tolist()])
    return results[:, 0].reshape(scores.shape[:-1]), results[:, 1].reshape(scores.shape[:-1])
