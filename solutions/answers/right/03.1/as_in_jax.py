"""As JAX has it: a reduction with an initial value, and the result divided in place."""

import numpy as np


def softmax(scores, axis=-1):
    dtype = np.result_type(scores, np.float16) if scores.dtype.kind == "f" else np.float64
    x = np.array(scores, dtype=dtype)
    unnormalized = np.exp(x - np.max(x, axis, initial=-np.inf, keepdims=True))
    unnormalized /= np.sum(unnormalized, axis, keepdims=True)
    return unnormalized
