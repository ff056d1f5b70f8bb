"""Blocks of queries in place of blocks of keys."""

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
        scale = query.shape[-1] ** -0.5
        k, v = key.float(), value.float()
        grad_q, grad_k, grad_v = [], torch.zeros_like(k), torch.zeros_like(v)
        for start in range(0, query.shape[2], 32):
            rows = slice(start, start + 32)
            q, g, o = (each[:, :, rows].float() for each in (query, grad_output, output))
            scores = q @ k.mT * scale - lse[:, :, rows, None]
            if ctx.is_causal:
                future = (
                    torch.arange(k.shape[2], device=k.device)
                    > start + torch.arange(q.shape[2], device=q.device)[:, None]
                )
                scores[..., future] = float("-inf")
            weights = scores.exp()
            grad_s = scale * weights * (g @ v.mT - (g * o).sum(-1, keepdim=True))
            grad_q.append(grad_s @ k)
            grad_k += grad_s.mT @ q
            grad_v += weights.mT @ g
        grads = torch.cat(grad_q, dim=2), grad_k, grad_v
        return (*(each.to(query.dtype) for each in grads), None)
