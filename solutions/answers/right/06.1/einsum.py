"""Einsum with an axis for the groups; nothing is repeated."""

import torch


def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    batch, n_heads, q_len, d_head = query.shape
    n_kv_heads, kv_len = key.shape[1], key.shape[2]
    kind = torch.promote_types(query.dtype, torch.float32)
    grouped = query.reshape(batch, n_kv_heads, n_heads // n_kv_heads, q_len, d_head).to(kind)
    scores = torch.einsum("bkgid,bkjd->bkgij", grouped, key.to(kind)).reshape(batch, n_heads, q_len, kv_len)
    scores = scores / d_head**0.5 if scale is None else scores * scale
    bias = torch.zeros_like(scores)
    if is_causal:
        bias = bias.masked_fill(scores.new_ones(q_len, kv_len).triu(1) > 0, float("-inf"))
    if mask is not None:
        bias = bias.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(torch.clamp(scores + bias, min=-1e30), dim=-1)
    return torch.where(bias == 0, weights, torch.zeros_like(weights)).to(query.dtype)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    weights = attention_weights(query, key, mask, is_causal, scale)
    batch, n_heads, q_len, kv_len = weights.shape
    grouped = weights.reshape(batch, value.shape[1], -1, q_len, kv_len)
    return torch.einsum("bkgij,bkje->bkgie", grouped, value).reshape(batch, n_heads, q_len, -1)
