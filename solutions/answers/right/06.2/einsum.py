"""Weights reshaped to heads, einsum for every product."""

import torch
from reference.cuda.attention import attention_weights
from torch import nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.n_heads = n_heads
        self.in_proj_weight = nn.Parameter(torch.randn(3 * d_model, d_model))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * d_model))
        self.out_proj = nn.Linear(d_model, d_model)

    def forward(self, x, context=None, mask=None, is_causal=False, need_weights=False):
        context = x if context is None else context
        weight = self.in_proj_weight.view(3, self.n_heads, -1, x.shape[-1])
        bias = self.in_proj_bias.view(3, self.n_heads, 1, -1)
        query = torch.einsum("bnm,hdm->bhnd", x, weight[0]) + bias[0]
        key = torch.einsum("bnm,hdm->bhnd", context, weight[1]) + bias[1]
        value = torch.einsum("bnm,hdm->bhnd", context, weight[2]) + bias[2]
        weights = attention_weights(query, key, mask=mask, is_causal=is_causal)
        out_weight = self.out_proj.weight.view(-1, self.n_heads, query.shape[-1])
        output = torch.einsum("bhij,bhjd,mhd->bim", weights, value, out_weight) + self.out_proj.bias
        return (output, weights) if need_weights else output
