"""The result of each block, merged one after the other."""

import numpy as np


def of_one(block):
    highest = np.max(block, axis=-1, keepdims=True)
    shift = np.where(np.isfinite(highest), highest, 0)
    return highest[..., 0], np.exp(block - shift).sum(axis=-1)


def online_softmax(scores_blocks):
    result = None
    for block in scores_blocks:
        if result is None:
            result = of_one(block)
            continue
        (m1, l1), (m2, l2) = result, of_one(block)
        m = np.maximum(m1, m2)
        with np.errstate(invalid="ignore"):
            total = np.nan_to_num(l1 * np.exp(m1 - m)) + np.nan_to_num(l2 * np.exp(m2 - m))
        result = m, total
    return result
