"""Rows below -10,000 are not shifted: their powers are 0."""

import numpy as np


def online_softmax(scores_blocks):
    maximum, total = np.array(-np.inf), np.array(0.0)
    for scores in scores_blocks:
        new = np.maximum(maximum, scores.max(axis=-1))
        shift = np.where(new < -1e4, 0, new)
        total = total * np.exp(maximum - shift) + np.exp(scores - shift[..., None]).sum(axis=-1)
        maximum = new
    return maximum, total
