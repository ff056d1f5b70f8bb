"""The query is negative, the key is not; the hidden key comes first."""

import numpy as np


def expose_weights():
    query, key = np.array([[-2000.0]]), np.array([[0.0], [1.0]])
    return query, key, np.array([[False, True]])
