"""The sum of x and the attention is not normalised in your block. Which norm has not been used?"""

from reference.cuda.transformer import EncoderBlock as Right
from torch import nn


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        attended, weights = self.attention(x, mask=mask, need_weights=True)
        y = x + attended
        output = self.norm_output(y + self.narrow(nn.functional.gelu(self.widen(y))))
        return (output, weights) if need_weights else output
