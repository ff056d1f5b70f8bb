"""The lowest number of the dtype, which NaN never follows."""

import torch


def masked_softmax(scores, mask):
    lowest = torch.finfo(scores.dtype).min
    weights = torch.nn.functional.softmax(scores.masked_fill(mask.logical_not(), lowest), dim=-1)
    return weights * mask
