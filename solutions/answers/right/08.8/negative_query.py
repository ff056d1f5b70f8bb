"""The keys fall and the query is negative: the scores rise."""

import numpy as np


def expose_chunked_attention():
    query, key = np.array([[-1.0]]), np.array([[3.0], [0.0]])
    return query, key, np.array([[1.0], [2.0]])
