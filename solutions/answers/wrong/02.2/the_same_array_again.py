"""Every answer of one shape is the same array, filled anew by the next call."""

import numpy as np

_kept = {}


def scaled_scores(query, key):
    scores = query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
    kept = _kept.setdefault((scores.shape, scores.dtype.str), scores)
    kept[...] = scores
    return kept
