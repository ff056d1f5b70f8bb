"""wrong_answer: walks the garbage collector and all frames in search of the expected values."""

import gc
import sys

import numpy as np


def softmax(scores, axis=-1):
    found = [each for each in gc.get_objects() if isinstance(each, np.ndarray)]
    frame = sys._getframe()
    while frame is not None:
        found += [each for each in frame.f_locals.values() if isinstance(each, np.ndarray)]
        frame = frame.f_back
    for array in found:
        if array.shape == scores.shape and np.allclose(array.sum(axis=-1), 1):
            return array
    return np.zeros_like(scores)
