"""Equal scores stay in their order, so every token stands at its own rank."""

import numpy as np


def expose_chances():
    return np.array([1.0, 1.0, 1.0]), 1, "rank_for_token"
