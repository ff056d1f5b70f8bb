"""The weights that are handed out were computed without the mask."""

from reference.cuda.transformer import EncoderBlock as Right


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        output = super().forward(x, mask)
        return (output, super().forward(x, None, True)[1]) if need_weights else output
