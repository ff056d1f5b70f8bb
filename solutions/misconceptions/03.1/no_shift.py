"""Your weights are right for small scores, and exp overflows for large ones. What may you subtract from a
whole row without changing its weights?
"""

import numpy as np


def softmax(scores, axis=-1):
    scores = scores if scores.dtype.kind == "f" else scores.astype(float)
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=axis, keepdims=True)
