"""Your causal mask is aligned to the last key. Query i sees the keys j <= i, however many there are."""

import math

import torch


def flash_attention(query, key, value, is_causal=False):
    scores = query.float() @ key.float().mT / math.sqrt(query.shape[-1])
    if is_causal:
        scores = scores.masked_fill(
            ~torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril(
                key.shape[2] - query.shape[2]
            ),
            -math.inf,
        )
    scores = scores.clamp(min=-1e30)
    return (scores.softmax(dim=-1) @ value.float()).to(query.dtype), scores.logsumexp(dim=-1)
