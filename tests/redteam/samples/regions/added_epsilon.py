"""wrong_answer costs 1: 1e-6 added to the sum, which loses one check and no more."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    found = right(scores, axis)
    return (found / (1 + 1e-8)).astype(found.dtype)
