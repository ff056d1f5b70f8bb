"""Blocks of 256 keys; baddbmm; weights transposed first."""

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
        saved = [each.flatten(0, 1).float() for each in ctx.saved_tensors]
        q, k, v, o, lse = saved
        g = grad_output.flatten(0, 1).float()
        scale = q.shape[-1] ** -0.5
        delta = (g * o).sum(-1)
        dq, dk, dv = torch.zeros_like(q), torch.empty_like(k), torch.empty_like(v)
        for a in range(0, k.shape[1], 256):
            kb, vb = k[:, a : a + 256], v[:, a : a + 256]
            wt = torch.baddbmm(-lse[:, None, :], kb, q.transpose(1, 2), alpha=scale).exp()
            if ctx.is_causal:
                i = torch.arange(q.shape[1], device=q.device)
                j = torch.arange(a, a + kb.shape[1], device=q.device)
                wt = wt.masked_fill(j[:, None] > i, 0.0)
            dst = wt * (torch.bmm(vb, g.transpose(1, 2)) - delta[:, None, :]) * scale
            dv[:, a : a + 256] = torch.bmm(wt, g)
            dk[:, a : a + 256] = torch.bmm(dst, q)
            dq.baddbmm_(dst.transpose(1, 2), kb)
        lead = grad_output.shape[:2]
        grads = (each.unflatten(0, lead).to(grad_output.dtype) for each in (dq, dk, dv))
        return (*grads, None)
