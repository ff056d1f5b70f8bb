"""Hands out the mean of the heads."""

from reference.cuda.language import CausalBlock as Right


class CausalBlock(Right):
    def forward(self, x, start=0, cache=None):
        output, weights = super().forward(x, start, cache)
        return output, None if weights is None else weights.mean(1, keepdim=True)
