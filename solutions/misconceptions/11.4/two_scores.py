"""Of two scores either both are in place or both are exchanged. That is too few."""

import numpy as np


def expose_chances():
    return np.array([0.0, 1.0]), 1, "rank_for_token"
