"""One dot product after another."""

import numpy as np


def dot_product_scores(query, key):
    scores = np.zeros((*query.shape[:-1], key.shape[-2]))
    for *leading, i, j in np.ndindex(*scores.shape):
        scores[(*leading, i, j)] = np.dot(query[(*leading, i)], key[(*leading, j)])
    return scores
