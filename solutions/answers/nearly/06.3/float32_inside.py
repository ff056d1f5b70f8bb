"""Backward runs in float32, whatever the inputs."""

import math

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
        query, key, value, weights = (each.float() for each in ctx.saved_tensors)
        kind, grad_output = grad_output.dtype, grad_output.float()
        grad_value = (weights.mT @ grad_output).to(kind)
        grad_weights = grad_output @ value.mT
        grad_scores = weights * (grad_weights - (grad_weights * weights).sum(dim=-1, keepdim=True))
        grad_scores = grad_scores / math.sqrt(query.shape[-1])
        return (grad_scores @ key).to(kind), (grad_scores.mT @ query).to(kind), grad_value, None
