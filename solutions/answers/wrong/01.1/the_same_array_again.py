"""Every answer of one shape is the same array, filled anew by the next call."""

import numpy as np

_kept = {}


def project(x, weight):
    shape = (*x.shape[:-1], weight.shape[-1])
    out = _kept.setdefault((shape, x.dtype.str), np.empty(shape, x.dtype))
    return np.matmul(x, weight, out=out)
