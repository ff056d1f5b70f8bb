"""Maximum, total and output are kept in float32."""

import numpy as np
from reference.cpu.scores import scaled_scores


def chunked_attention(query, key, value, block_size, is_causal=False):
    rows = np.arange(query.shape[-2])[:, None]
    maximum = np.full(query.shape[:-1], -np.inf, np.float32)
    total = np.zeros(query.shape[:-1], np.float32)
    output = np.zeros((*query.shape[:-1], value.shape[-1]), np.float32)
    for start in range(0, key.shape[-2], block_size):
        block = slice(start, start + block_size)
        scores = scaled_scores(query, key[..., block, :]).astype(np.float32)
        if is_causal:
            scores = np.where(start + np.arange(scores.shape[-1]) <= rows, scores, np.float32(-np.inf))
        highest = np.maximum(maximum, scores.max(axis=-1))
        rescale, strengths = np.exp(maximum - highest), np.exp(scores - highest[..., None])
        total = total * rescale + strengths.sum(axis=-1)
        output = output * rescale[..., None] + strengths @ value[..., block, :].astype(np.float32)
        maximum = highest
    return output / total[..., None], maximum + np.log(total)
