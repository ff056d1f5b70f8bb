"""As in LongNet: positions of one remainder are a sequence of their own, without a dilation."""

import numpy as np


def _near(query, key, value, window):
    length, d = query.shape[-2:]
    reach = min(window, length - 1)
    pad = [(0, 0)] * (key.ndim - 2) + [(reach, reach), (0, 0)]
    key, value = np.pad(key, pad), np.pad(value, pad)
    scores = np.empty((*query.shape[:-1], 2 * reach + 1), query.dtype)
    position = np.arange(length)
    for step in range(2 * reach + 1):
        scores[..., step] = (query * key[..., step : step + length, :]).sum(-1) / np.sqrt(d)
        there = position + step - reach
        scores[..., (there < 0) | (there >= length), step] = -np.inf
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    output = np.zeros((*query.shape[:-1], value.shape[-1]), query.dtype)
    for step in range(2 * reach + 1):
        output += weights[..., step, None] * value[..., step : step + length, :]
    return output


def sliding_window_attention(query, key, value, window, dilation=1):
    output = np.empty((*query.shape[:-1], value.shape[-1]), query.dtype)
    for rest in range(min(dilation, query.shape[-2])):
        rows = slice(rest, None, dilation)
        parts = (each[..., rows, :] for each in (query, key, value))
        output[..., rows, :] = _near(*parts, window // dilation)
    return output
