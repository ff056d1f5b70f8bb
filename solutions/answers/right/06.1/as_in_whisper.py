"""As in Whisper: the scale's root for query and for key, and the mask filled in before softmax."""

import torch


def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    wide = torch.promote_types(query.dtype, torch.float32)
    n_group, d = query.shape[1] // key.shape[1], query.shape[-1]
    q, k = query.to(wide), key.to(wide).unsqueeze(2).expand(-1, -1, n_group, -1, -1).flatten(1, 2)
    qk = (q * d**-0.25) @ (k * d**-0.25).transpose(-1, -2) if scale is None else q @ k.mT * scale
    seen = torch.ones_like(qk[0, 0], dtype=torch.bool)
    seen = seen.tril_() if is_causal else seen
    seen = seen if mask is None else torch.logical_and(seen, mask)
    qk = qk.masked_fill(~seen, torch.finfo(wide).min)
    w = torch.softmax(qk, dim=-1)
    return torch.where(seen, w, torch.zeros_like(w)).to(query.dtype)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    n_group = query.shape[1] // value.shape[1]
    v = value.unsqueeze(2).expand(-1, -1, n_group, -1, -1).flatten(1, 2)
    return attention_weights(query, key, mask, is_causal, scale) @ v
