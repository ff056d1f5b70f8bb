"""The graph is recorded in forward and kept."""
import torch


class AttentionFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, query, key, value, mask=None):
        with torch.enable_grad():
            ctx.leaves = [each.detach().requires_grad_() for each in (query, key, value)]
            ctx.output = attention(*ctx.leaves, mask)
        return ctx.output.detach()

    @staticmethod
    def backward(ctx, grad_output):
        return (*torch.autograd.grad(ctx.output, ctx.leaves, grad_output), None)
