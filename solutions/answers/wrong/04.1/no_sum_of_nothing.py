"""The sum starts from the first product, which does not exist without keys."""

import functools

import numpy as np


def weighted_sum(weights, value):
    products = [weights[..., j, None] * value[..., None, j, :] for j in range(weights.shape[-1])]
    return functools.reduce(np.add, products)
