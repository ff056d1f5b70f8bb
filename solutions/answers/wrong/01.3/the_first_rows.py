"""No search at all."""

import numpy as np


def hard_lookup(query, key, value):
    return np.resize(value, (len(query), value.shape[1]))
