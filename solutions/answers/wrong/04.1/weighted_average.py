"""np.average divides by the sum of the weights, and refuses a row of zeros."""

# misconception: normalised_again

import numpy as np


def weighted_sum(weights, value):
    if weights.ndim > 2:
        return np.stack([weighted_sum(w, v) for w, v in zip(weights, value, strict=True)])
    return np.stack([np.average(value, axis=0, weights=row) for row in weights])
