"""An online softmax in torch, without a kernel."""

import math

import torch


def flash_attention(query, key, value, is_causal=False):
    q = query.float() / math.sqrt(query.shape[-1])
    rows = torch.arange(q.shape[-2])[:, None]
    maximum = torch.full((*q.shape[:-1], 1), -math.inf)
    total, output = torch.zeros_like(maximum), torch.zeros_like(q)
    for start in range(0, key.shape[2], 16):
        k, v = (each[:, :, start : start + 16].float() for each in (key, value))
        scores = q @ k.mT
        if is_causal:
            scores = scores.masked_fill(start + torch.arange(k.shape[2]) > rows, -math.inf)
        new = torch.maximum(maximum, scores.amax(-1, keepdim=True))
        rescale, exponentials = torch.exp(maximum - new), torch.exp(scores - new)
        total = total * rescale + exponentials.sum(-1, keepdim=True)
        output = output * rescale + exponentials @ v
        maximum = new
    return (output / total).to(query.dtype), (maximum + total.log())[..., 0]
