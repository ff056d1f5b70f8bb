"""Your previous-token score counts how often the token before has the largest weight. Take the mean of the
weights themselves.
"""

import numpy as np


def previous_token_score(weights):
    return np.mean(weights.argmax(axis=-1)[..., 1:] == np.arange(weights.shape[-1] - 1), axis=-1)
