"""A negative axis is taken as the last one."""

import numpy as np


def softmax(scores, axis=-1):
    axis = axis if axis >= 0 else scores.ndim - 1
    x = scores if scores.dtype.kind == "f" else scores.astype(float)
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
