"""Largest score and lse are carried; the total follows from both."""

import numpy as np


def online_softmax(scores_blocks):
    maximum = lse = -np.inf
    for scores in scores_blocks:
        maximum = np.maximum(maximum, scores.max(axis=-1))
        lse = np.logaddexp(lse, np.logaddexp.reduce(scores, axis=-1))
    return maximum, np.exp(lse - np.where(np.isneginf(maximum), 0, maximum))
