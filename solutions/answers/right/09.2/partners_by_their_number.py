"""The partner of feature f is f ^ 1; every second product is negative."""

import numpy as np


def rotary(x, positions, base=10000.0):
    feature = np.arange(x.shape[-1])
    angles = np.asarray(positions).reshape(-1, 1) / base ** ((feature - feature % 2) / x.shape[-1])
    sign = np.where(feature % 2, 1.0, -1.0)
    return (x * np.cos(angles) + sign * x[..., feature ^ 1] * np.sin(angles)).astype(x.dtype)
