"""You normalise the result of each step and then add it. Is the norm taken of the step or of the sum?"""

from reference.cuda.transformer import EncoderBlock as Right
from torch import nn


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        attended, weights = self.attention(x, mask=mask, need_weights=True)
        y = x + self.norm_attention(attended)
        output = y + self.norm_output(self.narrow(nn.functional.gelu(self.widen(y))))
        return (output, weights) if need_weights else output
