"""Axes of size one disappear."""

import numpy as np
from reference.cpu.scores import dot_product_scores


def scaled_scores(query, key):
    return np.squeeze(dot_product_scores(query, key)) / np.sqrt(query.shape[-1])
