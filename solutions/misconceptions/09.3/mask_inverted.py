"""Your tokens look exactly where they may not. True means: may attend. (In the padding mask of torch it means
the opposite.)
"""

from reference.cuda.transformer import EncoderBlock as Right
from torch import nn


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        attended, weights = self.attention(x, mask=None if mask is None else ~mask, need_weights=True)
        y = self.norm_attention(x + attended)
        output = self.norm_output(y + self.narrow(nn.functional.gelu(self.widen(y))))
        return (output, weights) if need_weights else output
