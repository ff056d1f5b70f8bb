"""Your sink score reads the first row: where the first token looks. A sink is looked at: is that a row or a
column?
"""

import numpy as np


def sink_score(weights):
    return np.asarray(weights[..., 0, 1:].mean(axis=-1))
