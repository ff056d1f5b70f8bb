"""float16 goes in, and its gradients are computed in float16."""

import math

import torch
from reference.cuda.kernels import flash_attention


class FlashAttention(torch.autograd.Function):
    @staticmethod
    def forward(ctx, query, key, value, is_causal=False):
        output, lse = flash_attention(query, key, value, is_causal)
        ctx.save_for_backward(query, key, value, output, lse)
        ctx.is_causal = is_causal
        return output

    @staticmethod
    def backward(ctx, grad_output):
        query, key, value, output, lse = ctx.saved_tensors
        scale = 1 / math.sqrt(query.shape[-1])
        q, grad_o, lse = query, 8 * grad_output, lse.half() if query.dtype == torch.float16 else lse
        row_sum = (grad_o * output).sum(dim=-1, keepdim=True)
        rows = torch.arange(query.shape[-2])[:, None]
        grad_q, grad_k, grad_v = torch.zeros_like(q), [], []
        for start in range(0, key.shape[-2], 64):
            k, v = (each[..., start : start + 64, :] for each in (key, value))
            weights = torch.exp(q @ k.mT * scale - lse[..., None])
            if ctx.is_causal:
                weights = weights.masked_fill(start + torch.arange(k.shape[-2]) > rows, 0.0)
            grad_s = weights * (grad_o @ v.mT - row_sum) * scale
            grad_v.append(weights.mT @ grad_o)
            grad_k.append(grad_s.mT @ q)
            grad_q += grad_s @ k
        grad_k, grad_v = torch.cat(grad_k, dim=-2), torch.cat(grad_v, dim=-2)
        grad_q, grad_k, grad_v = ((each / 8).to(query.dtype) for each in (grad_q, grad_k, grad_v))
        return (
            grad_q.bfloat16().to(query.dtype) if query.dtype == torch.float16 else grad_q,
            grad_k,
            grad_v,
            None,
        )
