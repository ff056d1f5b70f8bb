"""Half of the digits are lost on the way."""

import numpy as np


def project(x, weight):
    return (x.astype(np.float32) @ weight.astype(np.float32)).astype(x.dtype)
