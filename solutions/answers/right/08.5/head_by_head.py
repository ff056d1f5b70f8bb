"""Recursion over the leading axes."""

import numpy as np


def phi(x):
    out = np.exp(np.minimum(x, 0.0))
    out[x > 0] = x[x > 0] + 1
    return out.astype(x.dtype)


def linear_attention(query, key, value, is_causal=False):
    if query.ndim > 2:
        return np.array(
            [linear_attention(q, k, v, is_causal) for q, k, v in zip(query, key, value, strict=True)]
        )
    q, k = phi(query), phi(key)
    numerator, denominator = np.zeros((len(q), value.shape[1]), value.dtype), np.zeros(len(q), value.dtype)
    for feature in range(q.shape[1]):
        column = k[:, feature]
        weighted = column[:, None] * value
        sums = (
            (np.cumsum(weighted, axis=0), np.cumsum(column)) if is_causal else (weighted.sum(0), column.sum())
        )
        numerator += q[:, feature, None] * sums[0]
        denominator += q[:, feature] * sums[1]
    return numerator / denominator[:, None]


def linear_attention_step(state, query, key, value):
    q, k = phi(np.asarray(query)), phi(np.asarray(key))
    memory = np.multiply(k[..., None], value[..., None, :])
    state = (memory, k) if state is None else tuple(map(np.add, state, (memory, k)))
    return (q[..., None] * state[0]).sum(-2) / (q * state[1]).sum(-1)[..., None], state
