"""Your weights match what comes out when the sum runs over the other axis. Along which axis should they
add up to 1?
"""

import numpy as np


def softmax(scores, axis=-1):
    scores = scores if scores.dtype.kind == "f" else scores.astype(float)
    last = axis % scores.ndim == scores.ndim - 1
    other = 0 if last and scores.ndim > 1 else -1
    exponentials = np.exp(scores - scores.max(axis=other, keepdims=True))
    return exponentials / exponentials.sum(axis=other, keepdims=True)
