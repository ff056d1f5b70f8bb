"""Your causal mask counts the columns of each block from 0. Where does the block start?"""

import math

import torch


def flash_attention(query, key, value, is_causal=False):
    scores = query.float() @ key.float().mT / math.sqrt(query.shape[-1])
    if is_causal:
        columns = torch.arange(scores.shape[-1], device=scores.device) % (
            32 if query.dtype == torch.float32 else 64
        )
        scores = scores.masked_fill(
            columns > torch.arange(scores.shape[-2], device=scores.device)[:, None], -math.inf
        )
    return (scores.softmax(dim=-1) @ value.float()).to(query.dtype), scores.logsumexp(dim=-1)
