"""As by Rabe and Staats: a summary of each chunk of keys, and a correction by the largest of all."""

import math

import numpy as np

QUERIES = 512


def chunked_attention(query, key, value, block_size, is_causal=False):
    outputs, totals = [], []
    for first in range(0, query.shape[-2], QUERIES):
        rows = query[..., first : first + QUERIES, :] / math.sqrt(query.shape[-1])
        position = first + np.arange(rows.shape[-2])[:, None]
        summaries = []
        for start in range(0, key.shape[-2], max(block_size, 128)):
            chunk = slice(start, start + max(block_size, 128))
            scores = np.einsum("...qd,...kd->...qk", rows, key[..., chunk, :])
            if is_causal:
                hidden = start + np.arange(scores.shape[-1]) > position
                if hidden.all():
                    break
                scores[..., hidden] = -np.inf
            top = scores.max(axis=-1, keepdims=True)
            exp_weights = np.exp(scores - np.where(np.isneginf(top), 0, top))
            summaries.append((exp_weights @ value[..., chunk, :], exp_weights.sum(-1), top[..., 0]))
        values, weights, tops = (np.stack(each) for each in zip(*summaries, strict=True))
        highest = tops.max(axis=0)
        correction = np.exp(tops - highest)
        total = (weights * correction).sum(axis=0)
        outputs.append((values * correction[..., None]).sum(axis=0) / total[..., None])
        totals.append(highest + np.log(total))
    dtype = query.dtype
    return np.concatenate(outputs, -2).astype(dtype), np.concatenate(totals, -1).astype(dtype)
