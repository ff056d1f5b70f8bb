"""The visible score is -996: the hidden key gets 0.018."""

import numpy as np


def expose_weights():
    query, key = np.array([[1.0]]), np.array([[-996.0], [0.0]])
    return query, key, np.array([[True, False]])
