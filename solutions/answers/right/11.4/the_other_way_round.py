"""The other three in a circle; as a list."""

import numpy as np


def expose_chances():
    return [np.array([0.0, 2.0, 1.0]), 1, "rank_for_token"]
