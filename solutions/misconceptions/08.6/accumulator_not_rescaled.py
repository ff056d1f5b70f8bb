"""Your lse is right and your output is not, once there is more than one block: when the maximum moves, the
weighted sum so far needs a factor.
"""

import math

import torch


def flash_attention(query, key, value, is_causal=False):
    scores = query.float() @ key.float().mT / math.sqrt(query.shape[-1])
    if is_causal:
        scores = scores.masked_fill(~torch.ones(scores.shape[-2:], dtype=torch.bool).tril(), -math.inf)
    output, maximum = 0.0, torch.full((*scores.shape[:-1], 1), -math.inf)
    for start in range(0, scores.shape[-1], 64):
        block = scores[..., start : start + 64]
        maximum = torch.maximum(maximum, block.amax(dim=-1, keepdim=True))
        output = output + torch.exp(block - maximum) @ value.float()[..., start : start + 64, :]
    total = torch.exp(scores - maximum).sum(dim=-1, keepdim=True)
    return (output / total).to(query.dtype), scores.logsumexp(dim=-1)
