"""Every token of your result has length 1. Nothing in the task asks for the length to change."""

import numpy as np


def project(x, weight):
    result = x @ weight
    return result / np.linalg.norm(result, axis=-1, keepdims=True)
