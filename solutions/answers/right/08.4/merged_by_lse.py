"""Normalised output and lse of each block, merged by their lse."""

import numpy as np


def one_block(query, key, value, seen):
    scores = np.einsum("...id,...jd->...ij", query, key) / np.sqrt(query.shape[-1])
    scores = np.where(seen, scores, -np.inf)
    highest = np.maximum(scores.max(axis=-1, keepdims=True), -1e300)
    p = np.exp(scores - highest)
    total = np.maximum(p.sum(axis=-1, keepdims=True), 1e-300)
    return p @ value / total, (highest + np.log(total))[..., 0]


def chunked_attention(query, key, value, block_size, is_causal=False):
    i = np.arange(query.shape[-2])[:, None]
    output, lse = None, None
    for start in range(0, key.shape[-2], block_size):
        k, v = key[..., start : start + block_size, :], value[..., start : start + block_size, :]
        j = start + np.arange(k.shape[-2])
        new_output, new_lse = one_block(query, k, v, (j <= i) | (not is_causal))
        if output is None:
            output, lse = new_output, new_lse
            continue
        both = np.logaddexp(lse, new_lse)
        output = np.exp(lse - both)[..., None] * output + np.exp(new_lse - both)[..., None] * new_output
        lse = both
    return output.astype(query.dtype), lse.astype(query.dtype)
