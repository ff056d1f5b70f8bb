"""Gradients are computed where somebody needs them, without a graph."""
import torch

Own = AttentionFunction


class AttentionFunction(Own):
    @staticmethod
    @torch.no_grad()
    def backward(ctx, grad_output):
        found = Own.backward(ctx, grad_output.detach().clone())
        return tuple(each if needed else None for each, needed in zip(found, ctx.needs_input_grad))
