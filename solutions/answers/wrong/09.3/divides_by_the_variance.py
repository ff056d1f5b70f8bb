"""The norms divide by the variance instead of its root."""

import torch
from reference.cuda.transformer import EncoderBlock as Right


class EncoderBlock(Right):
    def _norm(self, layer, x):
        centred = x - x.mean(-1, keepdim=True)
        return centred / centred.square().mean(-1, keepdim=True) * layer.weight + layer.bias

    def forward(self, x, mask=None, need_weights=False):
        attended, weights = self.attention(x, mask=mask, need_weights=True)
        y = self._norm(self.norm_attention, x + attended)
        output = self._norm(self.norm_output, y + self.narrow(torch.nn.functional.gelu(self.widen(y))))
        return (output, weights) if need_weights else output
