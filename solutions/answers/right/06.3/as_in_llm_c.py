"""As in llm.c: one query after the other, gradients added up in tensors of zeros."""

import torch
from reference.cuda.attention import attention_weights


class AttentionFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, query, key, value, mask=None):
        att = attention_weights(query, key, mask)
        ctx.save_for_backward(query, key, value, att)
        return torch.einsum("bhts,bhsd->bhtd", att, value)

    @staticmethod
    def backward(ctx, dout):
        query, key, value, att = ctx.saved_tensors
        scale = 1.0 / query.shape[-1] ** 0.5
        dquery, dkey, dvalue = (torch.zeros_like(t) for t in (query, key, value))
        for t in range(query.shape[2]):
            row, dout_t = att[:, :, t, :, None], dout[:, :, t, None]
            datt = (value * dout_t).sum(-1, keepdim=True)
            dvalue += row * dout_t
            dpreatt = row * (datt - (row * datt).sum(2, keepdim=True))
            dquery[:, :, t] = (dpreatt * key).sum(2) * scale
            dkey += dpreatt * query[:, :, t, None] * scale
        return dquery, dkey, dvalue, None
