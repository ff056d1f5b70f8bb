"""It is exposed, by two keys in each head. What weight does a single key get?"""

import numpy as np


def expose_grouped_attention():
    shared = np.array([[[0.0], [0.0]], [[1.0], [1.0]]])
    return np.zeros((4, 1, 1)), shared, shared
