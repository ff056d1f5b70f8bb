"""In falling order every token stands at its own rank, and the suspect is right."""

import numpy as np


def expose_chances():
    return np.array([2.0, 1.0, 0.0]), 1, "rank_for_token"
