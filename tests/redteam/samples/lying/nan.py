"""wrong_answer: NaN everywhere: no comparison with it is true, and none may count as right."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return np.full_like(scores, np.nan)
