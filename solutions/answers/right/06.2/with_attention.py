"""The output through `attention`; the weights only when they are wanted."""

import torch
from reference.cuda.attention import attention, attention_weights
from torch import nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.n_heads = n_heads
        self.in_proj_weight = nn.Parameter(torch.randn(3 * d_model, d_model))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * d_model))
        self.out_proj = nn.Linear(d_model, d_model)

    def heads(self, source, part):
        size = self.out_proj.in_features
        rows = slice(part * size, (part + 1) * size)
        flat = nn.functional.linear(source, self.in_proj_weight[rows], self.in_proj_bias[rows])
        return flat.unflatten(2, (self.n_heads, size // self.n_heads)).permute(0, 2, 1, 3)

    def forward(self, x, context=None, mask=None, is_causal=False, need_weights=False):
        source = x if context is None else context
        query, key, value = self.heads(x, 0), self.heads(source, 1), self.heads(source, 2)
        joined = attention(query, key, value, mask, is_causal).permute(0, 2, 1, 3).reshape(x.shape)
        output = self.out_proj(joined)
        if not need_weights:
            return output
        return output, attention_weights(query, key, mask, is_causal)
