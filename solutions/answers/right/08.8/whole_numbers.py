"""Whole numbers."""

import numpy as np


def expose_chunked_attention():
    query, key = np.array([[2]]), np.array([[0], [5]])
    return query, key, np.array([[7], [1]])
