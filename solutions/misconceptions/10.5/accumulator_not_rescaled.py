"""Your lse is right and your output is not, once there is more than one block: when the maximum moves, the
weighted sum so far needs a factor.
"""

import math

import torch


def flash_attention(query, key, value, is_causal=False):
    scores = query.float() @ key.float().mT / math.sqrt(query.shape[-1])
    if is_causal:
        scores = scores.masked_fill(
            ~torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril(), -math.inf
        )
    output, maximum = 0.0, torch.full((*scores.shape[:-1], 1), -math.inf, device=scores.device)
    block_kv = 32 if query.dtype == torch.float32 else 64
    for start in range(0, scores.shape[-1], block_kv):
        block = scores[..., start : start + block_kv]
        maximum = torch.maximum(maximum, block.amax(dim=-1, keepdim=True))
        output = output + torch.exp(block - maximum) @ value.float()[..., start : start + block_kv, :]
    total = torch.exp(scores - maximum).sum(dim=-1, keepdim=True)
    return (output / total).to(query.dtype), scores.logsumexp(dim=-1)
