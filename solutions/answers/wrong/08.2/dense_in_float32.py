"""float32 goes through the dense matrix."""

import math

import numpy as np
from reference.cpu.efficient import dilated_mask
from reference.cpu.efficient import sliding_window_attention as right
from reference.cpu.softmax import softmax


def sliding_window_attention(query, key, value, window, dilation=1):
    if query.dtype == np.float32:
        n = query.shape[-2]
        s = query @ np.swapaxes(key, -1, -2) / np.float32(math.sqrt(query.shape[-1]))
        return softmax(np.where(dilated_mask(n, window, dilation), s, -np.inf)).astype(query.dtype) @ value
    return right(query, key, value, window, dilation)
