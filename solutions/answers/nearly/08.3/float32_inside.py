"""The blocks are rounded to float32."""

import numpy as np


def online_softmax(scores_blocks):
    maximum, total = np.float32(-np.inf), np.float32(0.0)
    for scores in scores_blocks:
        scores = scores.astype(np.float32)
        highest = np.maximum(maximum, scores.max(axis=-1))
        shift = np.where(np.isneginf(highest), np.float32(0.0), highest)
        total = total * np.exp(maximum - shift) + np.exp(scores - shift[..., None]).sum(axis=-1)
        maximum = highest
    return maximum, total
