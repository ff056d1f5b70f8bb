"""A module of its own, with a helper for each step."""

from reference.cuda.multi_head import MultiHeadAttention
from torch import nn


class EncoderBlock(nn.Module):
    def __init__(self, d_model, n_heads, d_hidden):
        super().__init__()
        self.attention = MultiHeadAttention(d_model, n_heads)
        self.norm_attention = nn.LayerNorm(d_model, eps=1e-12)
        self.widen = nn.Linear(d_model, d_hidden)
        self.narrow = nn.Linear(d_hidden, d_model)
        self.norm_output = nn.LayerNorm(d_model, eps=1e-12)

    def think(self, y):
        return self.norm_output(y + self.narrow(nn.functional.gelu(self.widen(y))))

    def forward(self, x, mask=None, need_weights=False):
        attended, weights = self.attention(x, mask=mask, need_weights=True)
        output = self.think(self.norm_attention(x + attended))
        return (output, weights) if need_weights else output
