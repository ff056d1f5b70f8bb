"""Everything is computed in float32, also where the inputs are float64."""

import math

import torch


def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    wide = torch.float32
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    key = key.repeat_interleave(query.shape[1] // key.shape[1], dim=1)
    scores = query.to(wide) @ key.to(wide).mT * scale
    allowed = torch.ones(scores.shape[-2:], dtype=torch.bool, device=query.device)
    if is_causal:
        allowed = allowed.tril()
    if mask is not None:
        allowed = allowed & mask
    weights = scores.masked_fill(~allowed, -math.inf).softmax(dim=-1)
    return weights.masked_fill(~allowed, 0.0).to(query.dtype)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    weights = attention_weights(query, key, mask, is_causal, scale)
    value = value.repeat_interleave(query.shape[1] // value.shape[1], dim=1)
    return weights @ value
