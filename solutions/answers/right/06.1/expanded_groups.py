"""Heads are shared by expand and flatten; NaN of empty rows is replaced at the end; float64 inside."""

import torch


def shared(heads, n_heads):
    batch, n_kv_heads, length, features = heads.shape
    groups = n_heads // n_kv_heads
    return heads[:, :, None].expand(batch, n_kv_heads, groups, length, features).flatten(1, 2)


def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    q, k = query.double(), shared(key, query.shape[1]).double()
    if scale is None:
        scale = k.shape[-1] ** -0.5
    scores = (scale * q) @ k.transpose(2, 3)
    if is_causal:
        future = torch.ones(*scores.shape[2:], device=query.device).triu(diagonal=1).bool()
        scores = scores.masked_fill(future, float("-inf"))
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    empty = (scores == float("-inf")).all(dim=-1, keepdim=True)
    weights = scores.masked_fill(empty, 0.0).softmax(-1) * ~empty
    return weights.to(query.dtype)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return attention_weights(query, key, mask, is_causal, scale) @ shared(value, query.shape[1])
