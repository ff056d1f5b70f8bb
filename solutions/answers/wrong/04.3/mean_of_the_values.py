"""Ignores query and key."""

import numpy as np


def attention(query, key, value, mask=None):
    weights = np.full((*query.shape[:-1], key.shape[-2]), 1 / key.shape[-2])
    return weights @ value, weights
