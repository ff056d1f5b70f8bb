"""Your first key has the largest score, so the maximum never moves. In which order does it have to?"""

import numpy as np


def expose_chunked_attention():
    query, key = np.array([[1.0]]), np.array([[1.0], [0.0]])
    return query, key, np.array([[1.0], [0.0]])
