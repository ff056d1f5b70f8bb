"""As in fairseq: the query is scaled, heads are part of the batch, and the product is a bmm."""

import numpy as np


def bmm(left, right):
    return np.stack([a @ b for a, b in zip(left, right, strict=True)])


def scaled_scores(query, key):
    *leading, tgt_len, head_dim = query.shape
    src_len, scaling = key.shape[-2], head_dim**-0.5
    q = query.reshape(-1, tgt_len, head_dim) * scaling
    k = key.reshape(-1, src_len, head_dim)
    return bmm(q, k.transpose(0, 2, 1)).reshape(*leading, tgt_len, src_len)
