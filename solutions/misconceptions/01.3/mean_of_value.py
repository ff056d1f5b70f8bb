"""All your rows are the mean of the values. Here only one value may win."""

import numpy as np


def hard_lookup(query, key, value):
    return np.repeat(value.mean(axis=0, keepdims=True), len(query), axis=0)
