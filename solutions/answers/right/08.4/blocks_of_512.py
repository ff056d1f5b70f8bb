"""Its own blocks of 512 queries and 512 keys."""

import numpy as np


def chunked_attention(query, key, value, block_size, is_causal=False):
    q_len, kv_len = query.shape[-2], key.shape[-2]
    outs, lses = [], []
    for a in range(0, q_len, 512):
        q = query[..., a : a + 512, :] / np.sqrt(query.shape[-1])
        m, l, o = -np.inf, 0.0, 0.0
        for b in range(0, kv_len, 512):
            if is_causal and b > a + q.shape[-2] - 1:
                break
            s = q @ np.swapaxes(key[..., b : b + 512, :], -1, -2)
            if is_causal:
                s = np.where(np.tri(*s.shape[-2:], a - b, dtype=bool), s, -np.inf)
            new = np.maximum(m, s.max(-1, keepdims=True))
            p = np.exp(s - new)
            c = np.exp(m - new)
            l, o, m = l * c + p.sum(-1, keepdims=True), o * c + p @ value[..., b : b + 512, :], new
        outs.append(o / l)
        lses.append((m + np.log(l))[..., 0])
    return np.concatenate(outs, -2).astype(query.dtype), np.concatenate(lses, -1).astype(query.dtype)
