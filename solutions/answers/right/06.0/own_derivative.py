"""Softmax with a derivative of its own."""

import math

import torch


class HiddenSoftmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, mask):
        shown = scores.masked_fill(~mask, -math.inf)
        highest = shown.amax(-1, keepdim=True)
        powers = (shown - highest.masked_fill(highest == -math.inf, 0.0)).exp()
        weights = powers / powers.sum(-1, keepdim=True).clamp(min=torch.finfo(scores.dtype).tiny)
        ctx.save_for_backward(weights)
        return weights

    @staticmethod
    def backward(ctx, grad_weights):
        (weights,) = ctx.saved_tensors
        return weights * (grad_weights - (weights * grad_weights).sum(-1, keepdim=True)), None


def masked_softmax(scores, mask):
    return HiddenSoftmax.apply(scores, mask)
