"""A list; the scores are below 0."""

import numpy as np


def expose_chunked_attention():
    return [np.array([[1.0]]), np.array([[-9.0], [-8.0]]), np.array([[4.0], [0.5]])]
