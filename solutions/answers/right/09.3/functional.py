"""Every layer by its function and its parameters."""

from reference.cuda.transformer import EncoderBlock as Right
from torch.nn.functional import gelu, layer_norm, linear


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        attended, weights = self.attention(x, mask=mask, need_weights=True)
        shape = x.shape[-1:]
        first, last = self.norm_attention, self.norm_output
        y = layer_norm(x + attended, shape, first.weight, first.bias, first.eps)
        hidden = gelu(linear(y, self.widen.weight, self.widen.bias))
        thought = linear(hidden, self.narrow.weight, self.narrow.bias)
        output = layer_norm(y + thought, shape, last.weight, last.bias, last.eps)
        return output if not need_weights else (output, weights)
