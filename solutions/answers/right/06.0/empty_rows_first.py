"""Empty rows see everything for a moment."""

import torch


def masked_softmax(scores, mask):
    mask = mask.expand(scores.shape)
    empty = ~mask.any(dim=-1, keepdim=True)
    weights = torch.softmax(scores.masked_fill(~(mask | empty), -torch.inf), dim=-1)
    return weights.masked_fill(empty, 0.0)
