"""Your output is not divided by the total of the exponentials."""

import math

import torch


def flash_attention(query, key, value, is_causal=False):
    scores = query.float() @ key.float().mT / math.sqrt(query.shape[-1])
    if is_causal:
        scores = scores.masked_fill(
            ~torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril(), -math.inf
        )
    return (torch.exp(scores - scores.amax(dim=-1, keepdim=True)) @ value.float()).to(
        query.dtype
    ), scores.logsumexp(dim=-1)
