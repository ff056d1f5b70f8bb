"""As in llama2.c: for each row the largest value, then exp and sum, then the quotient, all in place."""

import numpy as np


def softmax(scores, axis=-1):
    out = np.array(scores, dtype=scores.dtype if scores.dtype.kind == "f" else np.float64)
    rows = np.moveaxis(out, axis, -1)
    for at in np.ndindex(rows.shape[:-1]):
        x = rows[at]
        max_val = x.max()
        x[...] = np.exp(x - max_val)
        x /= x.sum()
    return out
