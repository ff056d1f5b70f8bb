"""After subtracting the mean of a row, some of its scores are still above 0, perhaps far above. Which
shift leaves no score above 0?
"""

import numpy as np


def softmax(scores, axis=-1):
    scores = scores if scores.dtype.kind == "f" else scores.astype(float)
    exponentials = np.exp(scores - scores.mean(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)
