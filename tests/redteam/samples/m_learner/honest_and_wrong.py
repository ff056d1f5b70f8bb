"""wrong_answer: a learner among hostile ones, who is wrong and means no harm."""

import numpy as np


def softmax(scores, axis=-1):
    return np.exp(scores)
