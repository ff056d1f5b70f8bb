"""Both factors are large: the score is far below -1000."""

import numpy as np


def expose_weights():
    query, key = np.array([[1e6]]), np.array([[-1e6], [1e6]])
    return query, key, np.array([[True, False]])
