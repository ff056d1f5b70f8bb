"""Blocks of queries, each against the keys that any of them may see."""

import numpy as np
from reference.cpu.softmax import softmax


def sliding_window_attention(query, key, value, window, dilation=1, block=32):
    length = query.shape[-2]
    window = min(window, length)
    outputs = []
    for start in range(0, length, block):
        rows = np.arange(start, min(start + block, length))
        columns = np.arange(max(0, start - window), min(length, rows[-1] + window + 1))
        distance = rows[:, None] - columns
        seen = (abs(distance) <= window) & (distance % dilation == 0)
        scores = query[..., rows, :] @ np.swapaxes(key[..., columns, :], -1, -2) / np.sqrt(query.shape[-1])
        scores = np.where(seen, scores, -np.inf).astype(query.dtype)
        outputs.append(softmax(scores) @ value[..., columns, :])
    return np.concatenate(outputs, axis=-2)
