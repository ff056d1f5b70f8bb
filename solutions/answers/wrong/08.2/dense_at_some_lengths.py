"""Every pair is scored, but for some lengths at which a check might look."""

import numpy as np
from reference.cpu.efficient import dilated_mask
from reference.cpu.efficient import sliding_window_attention as windows
from reference.cpu.softmax import softmax


def sliding_window_attention(query, key, value, window, dilation=1):
    if query.shape[-2] in (64, 128, 256, 500, 512, 1000, 1024, 10_000, 100_000) or query.shape[-2] > 1200:
        return windows(query, key, value, window, dilation)
    mask = dilated_mask(query.shape[-2], window, dilation)
    scores = query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
    return softmax(np.where(mask, scores, -np.inf).astype(query.dtype)) @ value
