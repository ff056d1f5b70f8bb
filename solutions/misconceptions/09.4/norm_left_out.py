"""Your layers read x as it is. What does the docstring apply to x before each layer?"""

from reference.cuda.transformer import RecallModel as Right


class RecallModel(Right):
    def forward(self, tokens, need_weights=False):
        x = self.embedding(tokens) + self.position[: tokens.shape[1]]
        all_weights = []
        for layer in self.layers:
            attended, weights = layer(x, is_causal=True, need_weights=True)
            x = x + attended
            all_weights.append(weights)
        scores = self.unembed(x)
        return (scores, all_weights) if need_weights else scores
