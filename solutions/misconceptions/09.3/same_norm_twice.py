"""You use norm_attention in both places. The block has a second norm with parameters of its own: what is it
for?
"""

from reference.cuda.transformer import EncoderBlock as Right
from torch import nn


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        attended, weights = self.attention(x, mask=mask, need_weights=True)
        y = self.norm_attention(x + attended)
        output = self.norm_attention(y + self.narrow(nn.functional.gelu(self.widen(y))))
        return (output, weights) if need_weights else output
