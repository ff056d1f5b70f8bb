"""The axis of a single query is dropped, where there are batch and heads in front."""

import numpy as np


def dot_product_scores(query, key):
    scores = query @ np.swapaxes(key, -1, -2)
    return scores.squeeze(-2) if query.ndim > 3 and query.shape[-2] == 1 else scores
