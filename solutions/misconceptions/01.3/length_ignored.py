"""Your result compares directions only. A dot product also grows with the length of the key."""

import numpy as np


def hard_lookup(query, key, value):
    return value[np.argmax(query @ (key / (np.linalg.norm(key, axis=-1, keepdims=True) + 1e-12)).T, axis=-1)]
