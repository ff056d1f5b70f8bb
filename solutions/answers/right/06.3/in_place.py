"""In-place steps on its own tensors, the mask applied again in backward."""

import math

import torch
from reference.cuda.attention import attention, attention_weights


class AttentionFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, query, key, value, mask=None):
        output = attention(query, key, value, mask)
        ctx.save_for_backward(query, key, value, mask, output)
        return output

    @staticmethod
    def backward(ctx, grad_output):
        query, key, value, mask, output = ctx.saved_tensors
        weights = attention_weights(query, key, mask)
        grad = grad_output @ value.mT
        grad -= (grad_output * output).sum(-1, keepdim=True)
        grad *= weights
        grad /= math.sqrt(query.shape[-1])
        if mask is not None:
            grad = grad.masked_fill(~mask, 0.0)
        return grad @ key, (query.mT @ grad).mT, weights.mT @ grad_output, None
