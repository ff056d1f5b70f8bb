"""One column at a time, vectorised over the rows; np.putmask."""

import numpy as np


def online_softmax(scores_blocks):
    m = l = None
    for block in scores_blocks:
        for j in range(block.shape[-1]):
            s = block[..., j]
            if m is None:
                m, l = s.astype(float), np.where(s > -np.inf, 1.0, 0.0)
                continue
            up = np.greater(s, m)
            with np.errstate(invalid="ignore"):
                l = np.where(up, l * np.exp(m - s) + 1.0, l + np.nan_to_num(np.exp(s - m)))
            l = np.where(np.isneginf(np.maximum(m, s)), 0.0, l)
            m = np.where(up, s, m)
    return m, l
