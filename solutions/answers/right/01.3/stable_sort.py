"""Sorts the keys by their score, best first."""

import numpy as np


def hard_lookup(query, key, value):
    order = np.argsort(-(query @ key.T), axis=-1, kind="stable")
    return value[order[:, 0]]
