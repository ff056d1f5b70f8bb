"""wrong_answer: nothing."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return None
