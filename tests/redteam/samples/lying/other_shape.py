"""wrong_answer: the right numbers with an axis more, which would broadcast."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return right(scores, axis)[None]
