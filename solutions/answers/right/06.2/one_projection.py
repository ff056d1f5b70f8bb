"""One product for query, key and value where they share their input."""

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
        together = nn.functional.linear(x, self.in_proj_weight, self.in_proj_bias)
        query, key, value = map(self._split, together.chunk(3, dim=-1))
        if context is not None:
            together = nn.functional.linear(context, self.in_proj_weight, self.in_proj_bias)
            _, key, value = map(self._split, together.chunk(3, dim=-1))
        weights = attention_weights(query, key, mask, is_causal)
        output = self.out_proj((weights @ value).transpose(1, 2).flatten(2))
        return (output, weights) if need_weights else output

    def _split(self, features):
        batch, seq_len, d_model = features.shape
        return features.reshape(batch, seq_len, self.n_heads, d_model // self.n_heads).transpose(1, 2)
