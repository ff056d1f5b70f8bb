"""All blocks joined first."""

import numpy as np


def online_softmax(scores_blocks):
    scores = np.concatenate(list(scores_blocks), axis=-1)
    maximum = scores.max(axis=-1)
    safe = np.where(maximum == -np.inf, 0.0, maximum)
    return maximum, np.exp(scores - safe[..., np.newaxis]).sum(axis=-1)
