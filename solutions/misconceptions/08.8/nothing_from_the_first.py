"""The first value is 0, and 0 is the same on every scale. What should the first key hand over?"""

import numpy as np


def expose_chunked_attention():
    query, key = np.array([[1.0]]), np.array([[0.0], [1.0]])
    return query, key, np.array([[0.0], [1.0]])
