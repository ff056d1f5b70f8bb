"""Backward makes the root of d_head on the device, a tensor made from a number."""

import torch
from reference.cuda.attention import attention_weights


class AttentionFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, query, key, value, mask=None):
        weights = attention_weights(query, key, mask)
        ctx.save_for_backward(query, key, value, weights)
        return weights @ value

    @staticmethod
    def backward(ctx, grad_output):
        query, key, value, weights = ctx.saved_tensors
        root = torch.tensor(query.shape[-1], dtype=query.dtype, device=query.device).sqrt()
        grad_weights = grad_output @ value.mT
        grad_scores = weights * (grad_weights - (weights * grad_weights).sum(dim=-1, keepdim=True)) / root
        return grad_scores @ key, grad_scores.mT @ query, weights.mT @ grad_output, None
