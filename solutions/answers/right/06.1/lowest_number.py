"""The lowest float in place of -inf, then zeros where nothing was allowed."""

import math

import torch


def allowed_pairs(query, key, mask, is_causal):
    q_len, kv_len = query.size(-2), key.size(-2)
    allowed = torch.full((1, 1, q_len, kv_len), True, device=query.device)
    if is_causal:
        rows, columns = torch.arange(q_len, device=query.device), torch.arange(kv_len, device=query.device)
        allowed = allowed & torch.ge(rows.view(-1, 1), columns.view(1, -1))
    return allowed if mask is None else torch.logical_and(allowed, mask)


def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    if query.dtype in (torch.float16, torch.bfloat16):
        return attention_weights(query.float(), key.float(), mask, is_causal, scale).to(query.dtype)
    allowed = allowed_pairs(query, key, mask, is_causal)
    key = torch.repeat_interleave(key, query.size(1) // key.size(1), 1)
    query = query * (scale if scale is not None else 1 / math.sqrt(query.size(-1)))
    scores = torch.matmul(query, key.transpose(-1, -2))
    scores = scores.where(allowed, torch.finfo(scores.dtype).min)
    scores = scores - scores.max(dim=-1, keepdim=True).values
    exponentials = scores.exp() * allowed
    return exponentials / exponentials.sum(-1, keepdim=True).clamp(min=1e-30)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    wide = torch.promote_types(query.dtype, torch.float32)
    weights = attention_weights(query.to(wide), key.to(wide), mask, is_causal, scale)
    value = torch.repeat_interleave(value, query.size(1) // value.size(1), 1)
    return torch.matmul(weights, value.to(weights.dtype)).to(query.dtype)
