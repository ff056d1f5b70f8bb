"""Your factor is applied to the old and the new terms together. The new ones are counted from the new
maximum already.
"""

import numpy as np


def online_softmax(scores_blocks):
    maximum, total = -np.inf, 0.0
    for scores in scores_blocks:
        new = np.maximum(maximum, scores.max(axis=-1))
        shift = np.where(np.isneginf(new), 0, new)
        total = total + np.exp(scores - shift[..., None]).sum(axis=-1)
        total = np.where(np.isneginf(maximum), total, total * np.exp(maximum - shift))
        maximum = new
    return maximum, total
