"""Where weights are wanted, the attention is added to the array that was handed in."""

# misconception: adds_in_place

from reference.cuda.transformer import EncoderBlock as Right
from torch.nn.functional import gelu


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        attended, weights = self.attention(x, mask=mask, need_weights=True)
        summed = x.add_(attended) if need_weights and not x.requires_grad else x + attended
        y = self.norm_attention(summed)
        output = self.norm_output(y + self.narrow(gelu(self.widen(y))))
        return (output, weights) if need_weights else output
