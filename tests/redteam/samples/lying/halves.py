"""wrong_answer: three digits only."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return right(scores, axis).astype(np.float16)
