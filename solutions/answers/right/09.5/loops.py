"""Query by query."""

import numpy as np


def previous_token_score(weights):
    total = np.zeros(weights.shape[:-2])
    for query in range(1, weights.shape[-1]):
        total = total + weights[..., query, query - 1]
    return total / (weights.shape[-1] - 1)


def sink_score(weights):
    total = np.zeros(weights.shape[:-2])
    for query in range(1, weights.shape[-1]):
        total = total + weights[..., query, 0]
    return total / (weights.shape[-1] - 1)
