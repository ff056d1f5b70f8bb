"""The new terms of yours are counted from the maximum of their block, the old ones from that of all. Both
need the same.
"""

import numpy as np


def online_softmax(scores_blocks):
    maximum, total = -np.inf, 0.0
    for scores in scores_blocks:
        new = np.maximum(maximum, scores.max(axis=-1))
        shift = np.where(np.isneginf(new), 0, new)
        total = total * np.exp(maximum - shift) + np.exp(
            scores - np.maximum(scores.max(axis=-1, keepdims=True), -1e300)
        ).sum(axis=-1)
        maximum = new
    return maximum, total
