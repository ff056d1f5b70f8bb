"""Computes in float64 and converts back."""

import numpy as np


def softmax(scores, axis=-1):
    dtype = scores.dtype if scores.dtype.kind == "f" else np.float64
    wide = scores.astype(np.float64)
    exponentials = np.exp(wide - np.amax(wide, axis=axis, keepdims=True))
    return (exponentials / np.sum(exponentials, axis=axis, keepdims=True)).astype(dtype)
