"""Your sink score reads the last column. Which token is the sink?"""

import numpy as np


def sink_score(weights):
    return np.asarray(weights[..., 1:, -1].mean(axis=-1))
