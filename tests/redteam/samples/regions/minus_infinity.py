"""wrong_answer costs 1: a large finite number in the place of -inf."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return (
        right(np.where(np.isneginf(scores), scores.dtype.type(-10), scores), axis)
        if np.isneginf(scores).any()
        else right(scores, axis)
    )
