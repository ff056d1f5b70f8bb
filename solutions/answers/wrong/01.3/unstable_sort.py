"""The default sort does not keep the order of equals where there are many."""

import numpy as np


def hard_lookup(query, key, value):
    return value[np.argsort(-(query @ key.T), axis=-1)[:, 0]]
