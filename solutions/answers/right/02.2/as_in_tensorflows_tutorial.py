"""As in TensorFlow's tutorial: matmul_qk, divided by the root of dk, a number of the inputs' dtype."""

import numpy as np


def scaled_scores(query, key):
    matmul_qk = np.matmul(query, np.swapaxes(key, -1, -2))
    dk = np.asarray(key.shape[-1], matmul_qk.dtype)
    return matmul_qk / np.sqrt(dk)
