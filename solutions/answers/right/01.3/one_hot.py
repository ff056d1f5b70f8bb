"""A matrix with a single 1 in each row, times value."""

import numpy as np


def hard_lookup(query, key, value):
    scores = np.einsum("id,jd->ij", query, key)
    one_hot = np.zeros(scores.shape)
    one_hot[np.arange(len(query)), scores.argmax(axis=1)] = 1.0
    return one_hot @ value
