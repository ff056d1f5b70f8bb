"""Every text of a batch gets the output of the first one."""

from reference.cuda.language import CausalBlock as Right


class CausalBlock(Right):
    def forward(self, x, start=0, cache=None):
        output, weights = super().forward(x, start, cache)
        return output[:1].expand_as(output), weights
