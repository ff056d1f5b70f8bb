"""wrong_answer costs 2: shifts scores above 1000 only, though 800 overflows."""

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    if np.abs(scores[np.isfinite(scores)]).max() > 1000:
        return right(scores, axis)
    scores = scores if scores.dtype.kind == "f" else scores.astype(float)
    with np.errstate(all="ignore"):
        parts = np.exp(scores)
        return parts / parts.sum(axis, keepdims=True)
