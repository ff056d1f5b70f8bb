"""The fused operator between projections of one's own."""
import torch
import torch.nn.functional as F

Own = MultiHeadAttention


class MultiHeadAttention(Own):
    def forward(self, x, context=None, mask=None, is_causal=False, need_weights=False):
        context = x if context is None else context
        weights, bias = self.in_proj_weight.chunk(3), self.in_proj_bias.chunk(3)
        rows = [self._split(each @ w.T + b) for each, w, b in zip((x, context, context), weights, bias)]
        return self.out_proj(F.scaled_dot_product_attention(*rows).transpose(1, 2).flatten(2))
