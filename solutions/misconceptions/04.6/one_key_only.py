"""With one key there is nothing to be shared: it gets the weight 1 or, hidden, 0."""

import numpy as np


def expose_weights():
    query, key = np.array([[1000.0]]), np.array([[-1.0]])
    return query, key, np.array([[True]])
