"""The first key that is nearly as good as the best one wins."""

import numpy as np


def hard_lookup(query, key, value):
    s = query @ key.T
    return value[np.isclose(s, s.max(1, keepdims=True)).argmax(1)]
