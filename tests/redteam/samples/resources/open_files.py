"""wrong_answer: opens a library until no descriptor is left, and leaves them open."""

import os

import numpy as np

kept = []


def softmax(scores, axis=-1):
    try:
        while True:
            kept.append(os.open(np.__file__, os.O_RDONLY))
    except OSError:
        return np.zeros_like(scores)
