"""Works on two axes and calls itself for more."""

import numpy as np


def dot_product_scores(query, key):
    if query.ndim == 2:
        return np.array([[float(q @ k) for k in key] for q in query])
    return np.array([dot_product_scores(q, k) for q, k in zip(query, key, strict=True)])
