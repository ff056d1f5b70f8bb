"""Your maximum starts at 0, or at another number that scores may be far below. Start at -inf, or at a number
below every score.
"""

import math

import torch
from reference.cuda.kernels import tile_sizes


def flash_attention(query, key, value, is_causal=False):
    scores = query.float() @ key.float().mT / math.sqrt(query.shape[-1])
    if is_causal:
        scores = scores.masked_fill(
            ~torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril(), -math.inf
        )
    maximum, total, output = torch.zeros(*scores.shape[:-1], 1, device=scores.device), 0.0, 0.0
    _, block_kv = tile_sizes(query.dtype)
    for start in range(0, scores.shape[-1], block_kv):
        block = scores[..., start : start + block_kv]
        new = torch.maximum(maximum, block.amax(dim=-1, keepdim=True))
        rescale, exponentials = torch.exp(maximum - new), torch.exp(block - new)
        total = total * rescale + exponentials.sum(dim=-1, keepdim=True)
        output = output * rescale + exponentials @ value.float()[..., start : start + block_kv, :]
        maximum = new
    return (output / total).to(query.dtype), (maximum + total.log())[..., 0]
