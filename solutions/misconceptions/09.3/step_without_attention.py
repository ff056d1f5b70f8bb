"""Your block never uses what attention returns. Where does it go?"""

from reference.cuda.transformer import EncoderBlock as Right
from torch import nn


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        _, weights = self.attention(x, mask=mask, need_weights=True)
        y = self.norm_attention(x)
        output = self.norm_output(y + self.narrow(nn.functional.gelu(self.widen(y))))
        return (output, weights) if need_weights else output
