"""The lse of all blocks first, then the weighted sum."""

import numpy as np


def scored(query, key, start, is_causal):
    scores = query @ np.swapaxes(key, -1, -2) * query.shape[-1] ** -0.5
    if is_causal:
        scores += np.where(start + np.arange(key.shape[-2]) > np.arange(query.shape[-2])[:, None], -np.inf, 0)
    return scores


def chunked_attention(query, key, value, block_size, is_causal=False):
    starts = range(0, key.shape[-2], block_size)
    blocks = [slice(start, start + block_size) for start in starts]
    lse = np.full(query.shape[:-1], -np.inf)
    for start, block in zip(starts, blocks, strict=True):
        scores = scored(query, key[..., block, :], start, is_causal)
        lse = np.logaddexp(lse, np.logaddexp.reduce(scores, axis=-1))
    output = 0
    for start, block in zip(starts, blocks, strict=True):
        scores = scored(query, key[..., block, :], start, is_causal)
        output = output + np.exp(scores - lse[..., None]) @ value[..., block, :]
    return output.astype(query.dtype), lse.astype(query.dtype)
