"""A function that only hands gradients on, behind the ordinary attention."""
import torch


class Last(torch.autograd.Function):
    @staticmethod
    def forward(ctx, output):
        return output.clone()

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output


class AttentionFunction(AttentionFunction):
    @classmethod
    def apply(cls, *args):
        return Last.apply(attention(*args))
