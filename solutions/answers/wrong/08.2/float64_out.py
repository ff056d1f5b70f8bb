"""float32 goes in and float64 comes out."""

import numpy as np
from reference.cpu.softmax import softmax


def sliding_window_attention(query, key, value, window, dilation=1):
    seq_len, d_head = query.shape[-2:]
    reach = min(window, seq_len - 1) // dilation
    steps = np.arange(-reach, reach + 1) * dilation
    neighbours = np.arange(seq_len)[:, None] + steps
    inside = (neighbours >= 0) & (neighbours < seq_len)
    neighbours = neighbours.clip(0, seq_len - 1)
    scores = np.einsum("...id,...ijd->...ij", query, key[..., neighbours, :]) / np.sqrt(d_head)
    weights = softmax(np.where(inside, scores, -np.inf).astype(float))
    return np.einsum("...ij,...ijd->...id", weights, value[..., neighbours, :])
