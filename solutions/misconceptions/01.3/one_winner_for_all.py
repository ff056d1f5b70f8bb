"""All your rows are the same: one key wins for all queries together. Each query has a winner of its own."""

import numpy as np


def hard_lookup(query, key, value):
    best = np.argmax(query @ key.T) % len(key)
    return np.repeat(value[best : best + 1], len(query), axis=0)
