"""The layers as a function that calls itself."""

from reference.cuda.transformer import RecallModel as Right


class RecallModel(Right):
    def deeper(self, x, number):
        if number == len(self.layers):
            return x, []
        attended, weights = self.layers[number](self.norms[number](x), is_causal=True, need_weights=True)
        x, rest = self.deeper(x + attended, number + 1)
        return x, [weights, *rest]

    def forward(self, tokens, need_weights=False):
        x, weights = self.deeper(self.embedding(tokens) + self.position[: tokens.size(1)], 0)
        scores = self.unembed(x)
        return (scores, weights) if need_weights else scores
