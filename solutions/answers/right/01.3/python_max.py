"""Python's max, with the score as its key."""

import numpy as np


def hard_lookup(query, key, value):
    return np.stack([value[max(range(len(key)), key=lambda j: float(np.dot(key[j], q)))] for q in query])
