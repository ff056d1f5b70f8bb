"""The keys after the last full block are missing from your result. The last block may be shorter: what
should a mask make of its missing keys?
"""

import math

import torch


def flash_attention(query, key, value, is_causal=False):
    block_kv = 32 if query.dtype == torch.float32 else 64
    kept = max(key.shape[2] // block_kv, 1) * block_kv
    key, value = key[:, :, :kept], value[:, :, :kept]
    scores = query.float() @ key.float().mT / math.sqrt(query.shape[-1])
    if is_causal:
        scores = scores.masked_fill(
            ~torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril(), -math.inf
        )
    return (scores.softmax(dim=-1) @ value.float()).to(query.dtype), scores.logsumexp(dim=-1)
