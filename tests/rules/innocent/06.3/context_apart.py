"""Forward without `ctx`, and a context of its own."""
import torch

Own = AttentionFunction


class AttentionFunction(torch.autograd.Function):
    @staticmethod
    def forward(query, key, value, mask=None):
        weights = attention_weights(query, key, mask)
        return weights @ value, weights

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs[:3], output[1])
        ctx.mark_non_differentiable(output[1])

    @staticmethod
    def backward(ctx, grad_output, _):
        return Own.backward(ctx, grad_output)

    @classmethod
    def apply(cls, query, key, value, mask=None):
        return super().apply(query, key, value, mask)[0]
