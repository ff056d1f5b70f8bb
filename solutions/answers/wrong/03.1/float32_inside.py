"""Seven digits of a float64 score are thrown away."""

import numpy as np


def softmax(scores, axis=-1):
    exponentials = np.exp((scores - scores.max(axis=axis, keepdims=True)).astype(np.float32))
    return (exponentials / exponentials.sum(axis=axis, keepdims=True)).astype(scores.dtype)
