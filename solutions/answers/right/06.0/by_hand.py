"""Exponentials and their sum, without torch's softmax."""

import torch


def masked_softmax(scores, mask):
    lowest = torch.finfo(scores.dtype).min
    highest = torch.where(mask, scores, lowest).amax(dim=-1, keepdim=True).detach()
    powers = torch.where(mask, torch.exp(torch.where(mask, scores - highest, 0.0)), 0.0)
    total = powers.sum(dim=-1, keepdim=True)
    return powers / torch.where(total > 0, total, 1.0)
