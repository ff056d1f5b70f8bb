"""All rows in one table, each shifted by its highest visible score."""

import torch


def masked_softmax(scores, mask):
    shape = scores.shape
    s, m = scores.reshape(-1, shape[-1]), mask.broadcast_to(shape).reshape(-1, shape[-1])
    top = s.masked_fill(~m, float("-inf")).amax(1, keepdim=True).nan_to_num(neginf=0.0).detach()
    p = torch.zeros_like(s)
    p = torch.where(m, (torch.where(m, s, top) - top).exp(), p)
    return (p / (p.sum(1, keepdim=True) + (~m.any(1, keepdim=True)))).view(shape)
