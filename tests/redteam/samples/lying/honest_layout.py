"""kept: the right numbers, laid out backwards in memory and not to be written to."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    weights = np.array(right(scores, axis)[..., ::-1], order="F")[..., ::-1]
    weights.flags.writeable = False
    return weights
