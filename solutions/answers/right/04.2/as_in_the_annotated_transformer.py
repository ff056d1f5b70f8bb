"""As in the Annotated Transformer: a triangle of ones above the diagonal, compared with 0."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    subsequent = np.triu(np.ones((q_len, kv_len)), k=1 + offset).astype("uint8")
    return subsequent == 0


def padding_mask(lengths, kv_len):
    lengths = np.asarray(lengths)
    pad, src = 0, np.zeros((len(lengths), kv_len), int)
    for row, length in zip(src, lengths, strict=True):
        row[:length] = 1
    return (src != pad)[:, None, :]
