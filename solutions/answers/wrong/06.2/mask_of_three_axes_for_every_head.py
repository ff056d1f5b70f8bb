"""A loop over the heads that cuts a mask with four axes, and hands one with three to every head whole."""

import torch
from reference.cuda.attention import attention_weights
from torch import nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.n_heads, self.d_head = n_heads, d_model // n_heads
        self.in_proj_weight = nn.Parameter(torch.randn(3 * d_model, d_model))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * d_model))
        self.out_proj = nn.Linear(d_model, d_model)

    def forward(self, x, context=None, mask=None, is_causal=False, need_weights=False):
        if context is None:
            context = x
        d_model = x.shape[-1]
        outputs, weights = [], []
        for head in range(self.n_heads):
            parts = []
            for kind, source in enumerate((x, context, context)):
                start = kind * d_model + head * self.d_head
                rows = slice(start, start + self.d_head)
                parts.append(source @ self.in_proj_weight[rows].T + self.in_proj_bias[rows])
            query, key, value = (part.unsqueeze(1) for part in parts)
            own = (
                mask[:, head : head + 1]
                if mask is not None and mask.ndim == 4 and mask.shape[1] > 1
                else mask
            )
            weights.append(attention_weights(query, key, own, is_causal))
            outputs.append((weights[-1] @ value).squeeze(1))
        output = self.out_proj(torch.cat(outputs, dim=-1))
        if need_weights:
            return output, torch.cat(weights, dim=1)
        return output
