"""The queries are zeros after the call."""

import numpy as np


def dot_product_scores(query, key):
    scores = query @ np.swapaxes(key, -1, -2)
    query[...] = 0.0
    return scores
