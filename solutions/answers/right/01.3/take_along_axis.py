"""Scores with one column for each query."""

import numpy as np


def hard_lookup(query, key, value):
    scores = key @ query.T
    return np.take_along_axis(value, np.argmax(scores, axis=0)[:, None], axis=0)
