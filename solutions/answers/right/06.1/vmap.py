"""torch.func.vmap over batch and heads; exp(score - logsumexp) in place of softmax."""

import math

import torch
from torch.func import vmap


def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    wide = torch.promote_types(query.dtype, torch.float32)
    factor = query.size(-1) ** -0.5 if scale is None else scale
    group = query.size(1) // key.size(1)
    shape = (*query.shape[:3], key.size(2))
    seen = torch.ones(shape, dtype=torch.bool, device=query.device)
    if is_causal:
        seen = torch.tril(seen)
    if mask is not None:
        seen = seen & mask.expand(shape)

    def one(q, k, ok):
        s = torch.where(ok, q @ k.T * factor, -math.inf)
        lse = torch.logsumexp(torch.where(ok.any(-1, keepdim=True), s, 0.0), -1, keepdim=True)
        return torch.where(ok, torch.exp(torch.where(ok, s, 0.0) - lse), 0.0)

    keys = torch.repeat_interleave(key, group, dim=1)
    return vmap(vmap(one))(query.to(wide), keys.to(wide), seen).to(query.dtype)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    weights = attention_weights(query, key, mask, is_causal, scale)
    group = query.size(1) // value.size(1)
    return vmap(vmap(torch.mm))(weights, torch.repeat_interleave(value, group, dim=1))
