"""Your sink score is one number for all heads together. Over which axis should the mean run?"""

import numpy as np


def sink_score(weights):
    return np.asarray(weights[..., 1:, 0].mean())
