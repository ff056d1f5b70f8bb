"""Exposes it with a query too many."""

import numpy as np


def expose_chunked_attention():
    query, key = np.array([[1.0], [1.0]]), np.array([[0.0], [1.0]])
    return query, key, np.array([[1.0], [0.0]])
