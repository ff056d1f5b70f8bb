"""The rows are written into a float32 array."""

import numpy as np


def hard_lookup(query, key, value):
    result = np.empty((len(query), value.shape[1]), np.float32)
    for row, scores in enumerate(query @ key.T):
        result[row] = value[scores.argmax()]
    return result
