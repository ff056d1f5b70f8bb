"""`.T` turns all axes around, not only the last two."""

import numpy as np


def scaled_scores(query, key):
    return query @ key.T / np.sqrt(query.shape[-1])
