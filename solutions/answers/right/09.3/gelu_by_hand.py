"""The exact gelu from the error function."""

import math

import torch
from reference.cuda.transformer import EncoderBlock as Right


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        attended, weights = self.attention(x, None, mask, False, True)
        x = self.norm_attention(x + attended)
        hidden = self.widen(x)
        hidden = hidden * 0.5 * (1 + torch.erf(hidden / math.sqrt(2)))
        output = self.norm_output(x + self.narrow(hidden))
        return (output, weights) if need_weights else output
