"""Below the diagonal lies every (n + 1)-th number of the flattened table."""

import numpy as np


def previous_token_score(weights):
    n = weights.shape[-1]
    flat = weights.reshape(*weights.shape[:-2], n * n)
    return flat[..., n :: n + 1].sum(axis=-1) / (n - 1)


def sink_score(weights):
    flat = weights.reshape(*weights.shape[:-2], -1)
    return np.average(flat[..., weights.shape[-1] :: weights.shape[-1]], axis=-1)
