"""You normalise what goes into attention and into the linear layers. In this block, as in BERT, what comes
out of each sum is normalised.
"""

from reference.cuda.transformer import EncoderBlock as Right
from torch import nn


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        attended, weights = self.attention(self.norm_attention(x), mask=mask, need_weights=True)
        y = x + attended
        output = y + self.narrow(nn.functional.gelu(self.widen(self.norm_output(y))))
        return (output, weights) if need_weights else output
