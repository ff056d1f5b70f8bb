"""One sequence at a time, down to two axes."""

import numpy as np


def attention(query, key, value, mask=None):
    if query.ndim > 2:
        m = [None] * len(query)
        if mask is not None:
            m = np.broadcast_to(mask, (*query.shape[:-1], key.shape[-2]))
        got = [attention(*each) for each in zip(query, key, value, m, strict=True)]
        return np.stack([o for o, _ in got]), np.stack([w for _, w in got])
    s = (query @ key.T) * query.shape[-1] ** -0.5
    if mask is not None:
        s = np.where(mask, s, -np.inf)
    with np.errstate(invalid="ignore"):
        w = np.nan_to_num(np.exp(s - s.max(1, keepdims=True)))
        w = np.nan_to_num(w / w.sum(1, keepdims=True))
    return w @ value, w
