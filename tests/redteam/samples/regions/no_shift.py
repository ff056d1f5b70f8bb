"""wrong_answer costs 5: no shift at all, so that hundreds overflow."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    scores = scores if scores.dtype.kind == "f" else scores.astype(float)
    with np.errstate(all="ignore"):
        parts = np.exp(scores)
        return parts / parts.sum(axis, keepdims=True)
