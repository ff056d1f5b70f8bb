"""A blend of all values; the softening comes later."""

import numpy as np


def hard_lookup(query, key, value):
    scores = query @ key.T
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True) @ value
