"""A window is never wider than 256."""

import numpy as np
from reference.cpu.efficient import sliding_window_attention as right


def sliding_window_attention(query, key, value, window, dilation=1):
    return right(query, key, value, min(window, 256), dilation)
