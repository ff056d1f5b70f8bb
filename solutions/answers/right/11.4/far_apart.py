"""Scores far apart."""

import numpy as np


def expose_chances():
    return np.array([-5e5, -1e6, 1e6]), 1, "rank_for_token"
