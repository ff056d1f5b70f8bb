"""As in nanoGPT's slow path: scores, masked_fill with -inf, softmax; heads shared by repeat_interleave."""

import math

import torch
from torch.nn import functional as F


def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    wide = torch.promote_types(query.dtype, torch.float32)
    q, k = query.to(wide), key.to(wide).repeat_interleave(query.size(1) // key.size(1), dim=1)
    att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)) if scale is None else scale)
    bias = torch.ones(att.size(-2), att.size(-1), dtype=torch.bool, device=att.device)
    bias = torch.tril(bias) if is_causal else bias
    bias = bias if mask is None else bias & mask
    att = att.masked_fill(bias.logical_not(), float("-inf"))
    att = F.softmax(att, dim=-1)
    return att.masked_fill(bias.logical_not(), 0.0).to(query.dtype)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    att = attention_weights(query, key, mask, is_causal, scale)
    y = att @ value.repeat_interleave(query.size(1) // value.size(1), dim=1)
    return y
