"""Where shapes agree, the arrays are multiplied entry by entry."""

import numpy as np


def dot_product_scores(query, key):
    return query * key if query.shape == key.shape else query @ np.swapaxes(key, -1, -2)
