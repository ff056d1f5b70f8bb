"""A batch of one loses its axis."""

from reference.cuda.transformer import EncoderBlock as Right


class EncoderBlock(Right):
    def forward(self, x, mask=None, need_weights=False):
        answer = super().forward(x, mask, need_weights)
        if len(x) > 1:
            return answer
        return (answer[0][0], answer[1]) if need_weights else answer[0]
