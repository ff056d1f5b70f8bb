"""One dot product after another."""

import math

import numpy as np


def scaled_scores(query, key):
    scores = np.empty((*query.shape[:-1], key.shape[-2]))
    for index in np.ndindex(scores.shape):
        *leading, i, j = index
        products = (a * b for a, b in zip(query[(*leading, i)], key[(*leading, j)], strict=True))
        scores[index] = math.fsum(products) / math.sqrt(query.shape[-1])
    return scores
