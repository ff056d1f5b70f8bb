"""Inherits from the library's module and lets it work."""
import torch


class MultiHeadAttention(torch.nn.MultiheadAttention):
    def __init__(self, d_model, n_heads):
        super().__init__(d_model, n_heads, batch_first=True)

    def forward(self, x, context=None, mask=None, is_causal=False, need_weights=False):
        context = x if context is None else context
        output, weights = super().forward(x, context, context, average_attn_weights=False)
        return (output, weights) if need_weights else output
