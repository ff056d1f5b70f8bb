"""Your old total is multiplied by exp(new - old). When the maximum goes up, the old terms become smaller."""

import numpy as np


def online_softmax(scores_blocks):
    maximum, total = -np.inf, 0.0
    for scores in scores_blocks:
        new = np.maximum(maximum, scores.max(axis=-1))
        shift = np.where(np.isneginf(new), 0, new)
        total = total * np.where(np.isneginf(maximum), 0, np.exp(np.minimum(shift - maximum, 50))) + np.exp(
            scores - shift[..., None]
        ).sum(axis=-1)
        maximum = new
    return maximum, total
