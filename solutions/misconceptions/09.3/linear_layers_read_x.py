"""Your linear layers read x, not the result of the first step. What should they think about?"""

from reference.cuda.transformer import EncoderBlock as Right
from torch import nn


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        attended, weights = self.attention(x, mask=mask, need_weights=True)
        y = self.norm_attention(x + attended)
        output = self.norm_output(y + self.narrow(nn.functional.gelu(self.widen(x))))
        return (output, weights) if need_weights else output
