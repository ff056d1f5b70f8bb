"""Your two norms have changed places. Which of them do their names put after the attention?"""

from reference.cuda.transformer import EncoderBlock as Right
from torch import nn


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        attended, weights = self.attention(x, mask=mask, need_weights=True)
        y = self.norm_output(x + attended)
        output = self.norm_attention(y + self.narrow(nn.functional.gelu(self.widen(y))))
        return (output, weights) if need_weights else output
