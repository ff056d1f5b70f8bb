"""The modules by their names, gelu by the normal distribution."""

import torch
import torch.nn.functional as F
from reference.cuda.multi_head import MultiHeadAttention
from torch import nn


class EncoderBlock(nn.Module):
    def __init__(self, d_model, n_heads, d_hidden):
        super().__init__()
        self.attention = MultiHeadAttention(d_model, n_heads)
        for name in ("norm_attention", "norm_output"):
            setattr(self, name, nn.LayerNorm(d_model, 1e-12))
        self.add_module("widen", nn.Linear(d_model, d_hidden))
        self.add_module("narrow", nn.Linear(d_hidden, d_model))

    def _feed(self, y):
        h = self.widen(y)
        return self.narrow(h * torch.special.ndtr(h))

    def forward(self, x, mask=None, need_weights=False):
        a = self.attention(x, x, mask, need_weights=need_weights)
        a, w = a if need_weights else (a, None)
        y = self.norm_attention(x.add(a))
        y = self.norm_output(torch.add(y, self._feed(y)))
        return y if w is None else (y, w)
