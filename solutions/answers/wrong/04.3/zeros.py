"""Returns zeros."""

import numpy as np


def attention(query, key, value, mask=None):
    return np.zeros((*query.shape[:-1], value.shape[-1])), np.zeros((*query.shape[:-1], key.shape[-2]))
