"""Does not call the earlier exercise."""

import numpy as np


def scaled_scores(query, key):
    return query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
