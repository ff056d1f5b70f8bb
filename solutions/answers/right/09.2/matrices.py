"""A 2 x 2 matrix for every position and pair, applied by einsum."""

import numpy as np


def rotary(x, positions, base=10000.0):
    pairs = x.reshape(*x.shape[:-1], -1, 2)
    angles = np.asarray(positions)[:, None] * base ** (-2.0 * np.arange(pairs.shape[-2]) / x.shape[-1])
    cos, sin = np.cos(angles), np.sin(angles)
    turns = np.array([[cos, -sin], [sin, cos]])
    return np.einsum("rcni,...nic->...nir", turns, pairs).reshape(x.shape).astype(x.dtype)
