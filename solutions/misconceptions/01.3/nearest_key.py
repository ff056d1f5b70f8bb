"""Your result takes the key that lies nearest to the query. Here the match is measured otherwise: by
the dot product.
"""

import numpy as np


def hard_lookup(query, key, value):
    distance = np.linalg.norm(query[:, None] - key, axis=-1)
    return value[np.argmin(distance, axis=-1)]
