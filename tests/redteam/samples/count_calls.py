"""wrong_answer: right at the first call, careless afterwards."""

import numpy as np

calls = []


def softmax(scores):
    calls.append(None)
    if len(calls) > 1:
        return scores
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
