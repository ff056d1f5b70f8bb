"""NaN becomes 0 afterwards; masked_fill stops its gradient."""

import torch


def masked_softmax(scores, mask):
    return scores.masked_fill(~mask, -torch.inf).softmax(-1).nan_to_num(0.0)
