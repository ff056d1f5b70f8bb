"""wrong_answer: right for squares of five, as in the lesson, and for nothing else."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    return right(scores, axis) if scores.shape == (5, 5) else np.zeros_like(scores)
