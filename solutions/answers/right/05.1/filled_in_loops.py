"""Writes every token of every head into an array made for it."""

import numpy as np


def split_heads(x, n_heads):
    *leading, seq_len, d_model = x.shape
    d_head = d_model // n_heads
    heads = np.empty((*leading, n_heads, seq_len, d_head), x.dtype)
    for h in range(n_heads):
        for i in range(seq_len):
            heads[..., h, i, :] = x[..., i, h * d_head : h * d_head + d_head]
    return heads
