"""The keys that fill up your last block count as keys with the score 0. They must get -inf before the
softmax.
"""

import math

import torch


def flash_attention(query, key, value, is_causal=False):
    scores = query.float() @ key.float().mT / math.sqrt(query.shape[-1])
    missing = -key.shape[2] % (32 if query.dtype == torch.float32 else 64)
    scores = torch.nn.functional.pad(scores, (0, missing))
    value = torch.nn.functional.pad(value, (0, 0, 0, missing))
    if is_causal:
        scores = scores.masked_fill(
            ~torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril(), -math.inf
        )
    return (scores.softmax(dim=-1) @ value.float()).to(query.dtype), scores.logsumexp(dim=-1)
