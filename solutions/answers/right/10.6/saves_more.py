"""Also saves the row sum, made in float64, and its own contiguous copies."""

import math

import torch
from reference.cuda.kernels import flash_attention


class FlashAttention(torch.autograd.Function):
    @staticmethod
    def forward(ctx, query, key, value, is_causal=False):
        output, lse = flash_attention(query, key, value, is_causal)
        ctx.save_for_backward(query.contiguous(), key.contiguous(), value.contiguous(), output, lse)
        ctx.shape = query.shape
        ctx.is_causal = is_causal
        return output

    @staticmethod
    def backward(ctx, grad_output):
        query, key, value, output, lse = ctx.saved_tensors
        scale = 1 / math.sqrt(query.shape[-1])
        q, grad_o, lse = query.double(), grad_output.double(), lse.double()
        row_sum = (grad_o * output.double()).sum(dim=-1, keepdim=True)
        rows = torch.arange(query.shape[-2], device=query.device)[:, None]
        grad_q, grad_k, grad_v = torch.zeros_like(q), [], []
        for start in range(0, key.shape[-2], 64):
            k, v = (each[..., start : start + 64, :].double() for each in (key, value))
            weights = torch.exp(q @ k.mT * scale - lse[..., None])
            if ctx.is_causal:
                weights = weights.masked_fill(start + torch.arange(k.shape[-2], device=k.device) > rows, 0.0)
            grad_s = weights * (grad_o @ v.mT - row_sum) * scale
            grad_v.append(weights.mT @ grad_o)
            grad_k.append(grad_s.mT @ q)
            grad_q += grad_s @ k
        grad_k, grad_v = torch.cat(grad_k, dim=-2), torch.cat(grad_v, dim=-2)
        return grad_q.to(query.dtype), grad_k.to(key.dtype), grad_v.to(value.dtype), None
