"""float32 goes in and float64 comes out."""

import numpy as np
from reference.cpu.scores import scaled_scores


def chunked_attention(query, key, value, block_size, is_causal=False):
    rows = np.arange(query.shape[-2])[:, None]
    maximum = np.full(query.shape[:-1], -np.inf, query.dtype)
    total = np.zeros_like(maximum)
    output = np.zeros((*query.shape[:-1], value.shape[-1]))
    for start in range(0, key.shape[-2], block_size):
        block = slice(start, start + block_size)
        scores = scaled_scores(query, key[..., block, :])
        if is_causal:
            columns = start + np.arange(scores.shape[-1])
            scores = np.where(columns <= rows, scores, -np.inf).astype(query.dtype)
        new = np.maximum(maximum, scores.max(axis=-1))
        rescale = np.exp(maximum - new)
        exponentials = np.exp(scores - new[..., None])
        total = total * rescale + exponentials.sum(axis=-1)
        output = output * rescale[..., None] + exponentials @ value[..., block, :]
        maximum = new
    return output / total[..., None], maximum + np.log(total)
