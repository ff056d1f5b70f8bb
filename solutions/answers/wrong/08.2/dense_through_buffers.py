"""Below 2,000 positions every pair is scored, on arrays made of the buffers of the arguments."""

import numpy as np
from reference.cpu.efficient import dilated_mask
from reference.cpu.efficient import sliding_window_attention as windows
from reference.cpu.softmax import softmax


def sliding_window_attention(query, key, value, window, dilation=1):
    if query.shape[-2] >= 2000:
        return windows(query, key, value, window, dilation)
    windows(query, key, value, window, dilation)  # this is counted
    query, key, value = (
        np.frombuffer(memoryview(np.ascontiguousarray(each)), each.dtype).reshape(each.shape)
        for each in (query, key, value)
    )
    mask = dilated_mask(query.shape[-2], window, dilation)
    scores = query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
    return softmax(np.where(mask, scores, -np.inf).astype(query.dtype)) @ value
