"""Positions end at 512; later ones begin again."""

from reference.cuda.language import CausalBlock as Right


class CausalBlock(Right):
    def forward(self, x, start=0, cache=None):
        return super().forward(x, start % 512, cache)
