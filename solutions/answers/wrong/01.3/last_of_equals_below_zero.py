"""Of keys that match equally badly, with a negative product, the last one wins."""

import numpy as np


def hard_lookup(query, key, value):
    scores = query @ key.T
    last = len(key) - 1 - scores[:, ::-1].argmax(-1)
    return value[np.where(scores.max(-1) < 0, last, scores.argmax(-1))]
