"""Your maximum stays that of the first block. A later block may hold a larger score."""

import numpy as np


def online_softmax(scores_blocks):
    maximum, total = -np.inf, 0.0
    for scores in scores_blocks:
        new = scores.max(axis=-1) if np.ndim(maximum) == 0 and maximum == -np.inf else maximum
        shift = np.where(np.isneginf(new), 0, new)
        total = total * np.exp(maximum - shift) + np.exp(scores - shift[..., None]).sum(axis=-1)
        maximum = new
    return maximum, total
