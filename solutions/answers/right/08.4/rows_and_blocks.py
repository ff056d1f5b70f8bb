"""Blocks of queries outside, blocks of keys inside."""

import numpy as np
from reference.cpu.scores import scaled_scores


def chunked_attention(query, key, value, block_size, is_causal=False):
    q_len, kv_len = query.shape[-2], key.shape[-2]
    output = np.empty((*query.shape[:-1], value.shape[-1]), query.dtype)
    lse = np.empty(query.shape[:-1], query.dtype)
    for first in range(0, q_len, block_size):
        rows = slice(first, min(first + block_size, q_len))
        m, l, o = -np.inf, 0.0, 0.0
        for start in range(0, kv_len, block_size):
            columns = slice(start, min(start + block_size, kv_len))
            if is_causal and start >= rows.stop:
                break
            s = scaled_scores(query[..., rows, :], key[..., columns, :])
            if is_causal:
                seen = np.arange(columns.start, columns.stop) <= np.arange(rows.start, rows.stop)[:, None]
                s = np.where(seen, s, -np.inf)
            new = np.maximum(m, s.max(axis=-1, keepdims=True))
            factor, p = np.exp(m - new), np.exp(s - new)
            l = l * factor + p.sum(axis=-1, keepdims=True)
            o = o * factor + p @ value[..., columns, :]
            m = new
        output[..., rows, :] = o / l
        lse[..., rows] = (m + np.log(l))[..., 0]
    return output, lse
