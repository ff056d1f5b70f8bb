"""Your sink score counts the first token's look at itself. Which queries does the docstring name?"""

import numpy as np


def sink_score(weights):
    return np.asarray(weights[..., :, 0].mean(axis=-1))
