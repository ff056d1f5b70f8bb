"""One head after the other, then put together."""

import numpy as np


def one_head(weights):
    return float(np.trace(weights, offset=-1)) / (len(weights) - 1)


def previous_token_score(weights):
    heads = weights.reshape(-1, *weights.shape[-2:])
    scores = np.array([one_head(head) for head in heads]).reshape(weights.shape[:-2])
    return scores if scores.ndim else float(scores)


def sink_score(weights):
    heads = weights.reshape(-1, *weights.shape[-2:])
    scores = np.array([float(head[1:, 0].mean()) for head in heads]).reshape(weights.shape[:-2])
    return scores if scores.ndim else float(scores)
