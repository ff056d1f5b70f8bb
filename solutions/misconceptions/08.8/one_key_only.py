"""With one key the maximum is set once."""

import numpy as np


def expose_chunked_attention():
    query, key = np.array([[1.0]]), np.array([[1.0]])
    return query, key, np.array([[1.0]])
