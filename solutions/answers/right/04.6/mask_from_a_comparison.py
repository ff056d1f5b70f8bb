"""The mask says which score is the lower one."""

import numpy as np


def expose_weights():
    query, key = np.full((1, 1), 40.0), np.array([[-40.0], [40.0]])
    return query, key, (query @ key.T) < 0
