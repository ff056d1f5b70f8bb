"""As in the documentation of torch: a bias of zeros and -inf, keys and values repeated for their groups."""

import math

import torch


def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    L, S = query.size(-2), key.size(-2)
    scale_factor = 1 / math.sqrt(query.size(-1)) if scale is None else scale
    wide = torch.float64 if query.dtype == torch.float64 else torch.float32
    attn_bias = torch.zeros(L, S, dtype=wide, device=query.device)
    if is_causal:
        temp_mask = torch.ones(L, S, dtype=torch.bool, device=query.device).tril(diagonal=0)
        attn_bias = attn_bias.masked_fill(temp_mask.logical_not(), float("-inf"))
    if mask is not None:
        attn_bias = attn_bias.masked_fill(mask.logical_not(), float("-inf"))
    key = key.repeat_interleave(query.size(-3) // key.size(-3), -3)
    attn_weight = query.to(wide) @ key.to(wide).transpose(-2, -1) * scale_factor
    hidden = torch.isneginf(attn_bias)
    attn_weight = torch.where(hidden, attn_bias, attn_weight)
    nothing = hidden.all(-1, keepdim=True)
    attn_weight = torch.softmax(torch.where(nothing, 0.0, attn_weight), dim=-1)
    return torch.where(nothing, 0.0, attn_weight).to(query.dtype)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    value = value.repeat_interleave(query.size(-3) // value.size(-3), -3)
    return attention_weights(query, key, mask, is_causal, scale) @ value
