"""A loop over the positions of each sequence."""

import numpy as np
from reference.cpu.softmax import softmax


def sliding_window_attention(query, key, value, window, dilation=1):
    if query.ndim > 2:
        parts = [
            sliding_window_attention(*each, window, dilation) for each in zip(query, key, value, strict=True)
        ]
        return np.stack(parts)
    seq_len, d_head = query.shape
    reach = window // dilation * dilation
    output = np.empty((seq_len, value.shape[-1]), dtype=value.dtype)
    for i in range(seq_len):
        first = i - reach if i >= reach else i % dilation
        seen = slice(first, i + reach + 1, dilation)
        weights = softmax(key[seen] @ query[i] / np.sqrt(d_head).astype(query.dtype))
        output[i] = weights @ value[seen]
    return output
