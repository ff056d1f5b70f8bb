"""Your sink score is too small by the factor (n - 1) / n. How many queries are left without token 0?"""

import numpy as np


def sink_score(weights):
    return np.asarray(weights[..., 1:, 0].sum(axis=-1) / weights.shape[-1])
