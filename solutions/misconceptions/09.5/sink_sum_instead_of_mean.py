"""Your sink score grows with the length of the text. Is it the sum of the weights or their mean?"""

import numpy as np


def sink_score(weights):
    return np.asarray(weights[..., 1:, 0].sum(axis=-1))
