"""Every sentence of a batch is masked like the first."""

from reference.cuda.transformer import EncoderBlock as Right


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        if mask is not None and mask.ndim == 4:
            mask = mask[:1]
        return super().forward(x, mask, need_weights)
