"""Mean and variance by hand, in small steps."""

import torch
from reference.cuda.transformer import EncoderBlock as Right


def normalised(layer, x):
    mean = x.mean(dim=-1, keepdim=True)
    variance = ((x - mean) ** 2).mean(dim=-1, keepdim=True)
    return (x - mean) / torch.sqrt(variance + 1e-12) * layer.weight + layer.bias


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        result = self.attention(x, mask=mask, need_weights=True)
        y = normalised(self.norm_attention, x + result[0])
        y = normalised(self.norm_output, y + self.narrow(torch.nn.functional.gelu(self.widen(y))))
        return (y, result[1]) if need_weights else y
