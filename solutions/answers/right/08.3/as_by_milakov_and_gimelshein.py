"""As by Milakov and Gimelshein: m and d of a part, and the operator that joins two of them."""

from functools import reduce

import numpy as np


def _part(x):
    m = x.max(axis=-1)
    with np.errstate(invalid="ignore"):
        d = np.where(np.isneginf(m), 0.0, np.exp(x - m[..., None]).sum(axis=-1))
    return m, d


def _joined(left, right):
    (m_left, d_left), (m_right, d_right) = left, right
    m = np.maximum(m_left, m_right)
    safe = np.where(np.isneginf(m), 0.0, m)
    return m, d_left * np.exp(m_left - safe) + d_right * np.exp(m_right - safe)


def online_softmax(scores_blocks):
    return reduce(_joined, map(_part, scores_blocks))
