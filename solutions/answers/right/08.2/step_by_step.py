"""A loop over the steps of the window: shifted copies of the whole sequence."""

import numpy as np


def shifted(x, step):
    length = x.shape[-2]
    out = np.zeros_like(x)
    low, high = max(0, -step), min(length, length - step)
    out[..., low:high, :] = x[..., low + step : high + step, :]
    return out


def sliding_window_attention(query, key, value, window, dilation=1):
    length, d_head = query.shape[-2:]
    steps = [
        step for step in range(-min(window, length - 1), min(window, length - 1) + 1) if step % dilation == 0
    ]
    scores = []
    for step in steps:
        score = (query * shifted(key, step)).sum(axis=-1) / np.sqrt(d_head)
        place = np.arange(length) + step
        scores.append(np.where((place >= 0) & (place < length), score, -np.inf))
    highest = np.max(scores, axis=0)
    total, output = np.zeros(query.shape[:-1]), np.zeros((*query.shape[:-1], value.shape[-1]))
    for step, score in zip(steps, scores, strict=True):
        weight = np.exp(score - highest)
        total = total + weight
        output = output + weight[..., None] * shifted(value, step)
    return (output / total[..., None]).astype(query.dtype)
