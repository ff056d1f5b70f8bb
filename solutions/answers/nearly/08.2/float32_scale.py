"""1 / √d_head is a float32 number."""

import numpy as np
from reference.cpu.softmax import softmax


def sliding_window_attention(query, key, value, window, dilation=1):
    seq_len, d_head = query.shape[-2:]
    reach = min(window, seq_len - 1) // dilation
    at = np.arange(seq_len)[:, None] + np.arange(-reach, reach + 1) * dilation
    inside, at = (at >= 0) & (at < seq_len), at.clip(0, seq_len - 1)
    scale = np.float32(0.1) * np.float32(10 / d_head**0.5)
    scores = np.einsum("...id,...ijd->...ij", query, key[..., at, :]) * scale
    weights = softmax(np.where(inside, scores, -np.inf).astype(query.dtype))
    return np.einsum("...ij,...ijd->...id", weights, value[..., at, :])
