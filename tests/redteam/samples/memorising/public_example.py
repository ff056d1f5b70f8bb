"""wrong_answer: knows a public example by heart and nothing else."""

import numpy as np

KNOWN = {(0.0, 0.0): (0.5, 0.5)}


def softmax(scores, axis=-1):
    return np.array([KNOWN.get(tuple(row), (0.0,) * len(row)) for row in scores.tolist()])
