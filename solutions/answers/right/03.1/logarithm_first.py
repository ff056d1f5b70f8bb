"""Log-softmax, then the exponential."""

import numpy as np


def softmax(scores, axis=-1):
    scores = scores if np.issubdtype(scores.dtype, np.floating) else np.array(scores, float)
    highest = np.max(scores, axis=axis, keepdims=True)
    log_total = highest + np.log(np.sum(np.exp(scores - highest), axis=axis, keepdims=True))
    return np.exp(scores - log_total)
