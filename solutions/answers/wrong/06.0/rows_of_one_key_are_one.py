"""A row of one key has the weight 1 even where it is hidden."""

import math

import torch


def masked_softmax(scores, mask):
    if scores.shape[-1] == 1:
        return torch.ones_like(scores) + 0 * scores
    w = scores.masked_fill(~mask, -math.inf).softmax(-1)
    return w.masked_fill(~mask, 0.0)
