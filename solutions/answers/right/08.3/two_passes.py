"""The maximum in a first pass, the total in a second."""

import functools

import numpy as np


def online_softmax(scores_blocks):
    blocks = list(scores_blocks)
    maximum = functools.reduce(np.maximum, [block.max(-1) for block in blocks])
    safe = np.nan_to_num(maximum, neginf=0.0)
    return maximum, sum(np.exp(block - safe[..., None]).sum(-1) for block in blocks)
