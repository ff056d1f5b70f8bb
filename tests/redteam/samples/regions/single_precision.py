"""wrong_answer costs 1: computed in float32, which loses one check and no more."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    found = right(scores, axis)
    return right(scores.astype(np.float32), axis).astype(found.dtype)
