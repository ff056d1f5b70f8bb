"""A module of one's own with the library's `forward`."""
import torch


class MultiHeadAttention(torch.nn.MultiheadAttention):
    work = torch.nn.MultiheadAttention.forward

    def __init__(self, d_model, n_heads):
        super().__init__(d_model, n_heads, batch_first=True)

    def forward(self, x, context=None, mask=None, is_causal=False, need_weights=False):
        context = x if context is None else context
        output, weights = self.work(x, context, context, average_attn_weights=False)
        return (output, weights) if need_weights else output
