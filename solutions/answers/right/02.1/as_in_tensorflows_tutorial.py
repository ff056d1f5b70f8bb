"""As in TensorFlow's tutorial: a matrix product that is told to transpose its second argument."""

import numpy as np


def matmul(a, b, transpose_b=False):
    return np.matmul(a, np.swapaxes(b, -1, -2) if transpose_b else b)


def dot_product_scores(query, key):
    return matmul(query, key, transpose_b=True)
