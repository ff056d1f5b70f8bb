"""A causal mask of its own, made on the CPU."""

import torch
from reference.cuda.attention import attention_weights
from torch import nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.d_model, self.n_heads = d_model, n_heads
        self.in_proj_weight = nn.Parameter(torch.zeros(3 * d_model, d_model))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * d_model))
        self.out_proj = nn.Linear(d_model, d_model)

    def forward(self, x, context=None, mask=None, is_causal=False, need_weights=False):
        context = x if context is None else context
        w_query, w_key, w_value = self.in_proj_weight.chunk(3)
        b_query, b_key, b_value = self.in_proj_bias.chunk(3)
        query = self._split(x @ w_query.T + b_query)
        key = self._split(context @ w_key.T + b_key)
        value = self._split(context @ w_value.T + b_value)
        seen = torch.ones(x.shape[1], context.shape[1], dtype=torch.bool)
        seen = seen.tril() if is_causal else seen
        weights = attention_weights(query, key, seen if mask is None else seen & mask)
        output = self.out_proj((weights @ value).transpose(1, 2).flatten(2))
        return (output, weights) if need_weights else output

    def _split(self, features):
        batch, seq_len, d_model = features.shape
        return features.reshape(batch, seq_len, self.n_heads, d_model // self.n_heads).transpose(1, 2)
