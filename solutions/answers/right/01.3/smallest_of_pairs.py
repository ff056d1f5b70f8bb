"""The smallest of (minus the score, place)."""

import numpy as np


def hard_lookup(query, key, value):
    rows = []
    for q in query:
        scored = [(-float(q @ k), j) for j, k in enumerate(key)]
        rows.append(value[min(scored)[1]])
    return np.vstack(rows)
