"""Nothing stands between your two linear layers, so they are one linear layer. What bends the line?"""

from reference.cuda.transformer import EncoderBlock as Right


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        attended, weights = self.attention(x, mask=mask, need_weights=True)
        y = self.norm_attention(x + attended)
        output = self.norm_output(y + self.narrow(self.widen(y)))
        return (output, weights) if need_weights else output
