"""One head and one batch element after the other."""

import math

import torch


def one_head(query, key, hidden, scale):
    scores = torch.where(hidden, -math.inf, query @ key.T * scale)
    highest = scores.amax(dim=1, keepdim=True).clamp(min=-1e30)
    exponentials = torch.exp(scores - highest)
    total = exponentials.sum(dim=1, keepdim=True)
    return exponentials / torch.where(total == 0, 1.0, total)


def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    batch, n_heads, q_len, d_head = query.shape
    kv_len, group = key.shape[2], n_heads // key.shape[1]
    wide = torch.float64 if query.dtype == torch.float64 else torch.float32
    hidden = torch.zeros(batch, n_heads, q_len, kv_len, dtype=torch.bool, device=query.device)
    if mask is not None:
        hidden = hidden | mask.logical_not()
    if is_causal:
        i = torch.arange(q_len, device=query.device).unsqueeze(1)
        hidden = hidden | (torch.arange(kv_len, device=query.device) > i)
    scale = d_head**-0.5 if scale is None else scale
    rows = []
    for b in range(batch):
        for h in range(n_heads):
            rows.append(one_head(query[b, h].to(wide), key[b, h // group].to(wide), hidden[b, h], scale))
    return torch.stack(rows).reshape(batch, n_heads, q_len, kv_len).to(query.dtype)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    weights = attention_weights(query, key, mask, is_causal, scale)
    group = query.shape[1] // value.shape[1]
    output = torch.empty(*query.shape[:3], value.shape[-1], dtype=query.dtype, device=query.device)
    for b in range(len(query)):
        for h in range(query.shape[1]):
            output[b, h] = weights[b, h] @ value[b, h // group]
    return output
