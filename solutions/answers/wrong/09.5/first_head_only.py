"""Only the first head of each layer is scored."""

import numpy as np


def previous_token_score(weights):
    found = np.diagonal(weights, offset=-1, axis1=-2, axis2=-1).mean(axis=-1)
    return found if found.ndim == 0 else found[..., :1] * np.ones(found.shape)
