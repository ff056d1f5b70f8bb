"""torch.where in place of masked_fill."""

import torch


def masked_softmax(scores, mask):
    hidden = torch.where(mask, scores, float("-inf"))
    return torch.where(mask, torch.softmax(hidden, dim=-1), 0.0)
