"""Works in blocks, and makes a causal mask of n x n numbers."""

import numpy as np
from reference.cpu.scores import scaled_scores


def chunked_attention(query, key, value, block_size, is_causal=False):
    future = np.where(np.tri(query.shape[-2], key.shape[-2]) > 0, 0.0, -np.inf)
    maximum = np.full(query.shape[:-1], -np.inf, query.dtype)
    total = np.zeros_like(maximum)
    output = np.zeros((*query.shape[:-1], value.shape[-1]), query.dtype)
    for start in range(0, key.shape[-2], block_size):
        block = slice(start, start + block_size)
        scores = scaled_scores(query, key[..., block, :])
        if is_causal:
            scores = (scores + future[:, block]).astype(query.dtype)
        new = np.maximum(maximum, scores.max(axis=-1))
        rescale = np.exp(maximum - new)
        exponentials = np.exp(scores - new[..., None])
        total = total * rescale + exponentials.sum(axis=-1)
        output = output * rescale[..., None] + exponentials @ value[..., block, :]
        maximum = new
    return output / total[..., None], maximum + np.log(total)
