"""As in scikit-learn: a copy of rows, the maximum subtracted, exp and quotient written into the copy."""

import numpy as np


def softmax(scores, axis=-1):
    moved = np.moveaxis(scores, axis, -1)
    X = np.array(moved, dtype=scores.dtype if scores.dtype.kind == "f" else float).reshape(
        -1, moved.shape[-1]
    )
    max_prob = np.max(X, axis=1).reshape((-1, 1))
    X -= max_prob
    np.exp(X, X)
    sum_prob = np.sum(X, axis=1).reshape((-1, 1))
    X /= sum_prob
    return np.moveaxis(X.reshape(moved.shape), -1, axis)
