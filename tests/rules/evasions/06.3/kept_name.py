"""A name that was bound when the file was imported."""
from torch.autograd import grad as differentiate

import torch


class AttentionFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, query, key, value, mask=None):
        ctx.save_for_backward(query, key, value)
        return attention(query, key, value, mask)

    @staticmethod
    def backward(ctx, grad_output):
        with torch.enable_grad():
            leaves = [each.detach().requires_grad_() for each in ctx.saved_tensors]
            output = attention(*leaves)
        return (*differentiate(output, leaves, grad_output), None)
