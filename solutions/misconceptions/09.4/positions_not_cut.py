"""You add all positions, also to a sequence that is shorter. Take as many as there are tokens:
self.position[: tokens.shape[1]].
"""

from reference.cuda.transformer import RecallModel as Right


class RecallModel(Right):
    def forward(self, tokens, need_weights=False):
        x = self.embedding(tokens) + self.position
        all_weights = []
        for norm, layer in zip(self.norms, self.layers, strict=True):
            attended, weights = layer(norm(x), is_causal=True, need_weights=True)
            x = x + attended
            all_weights.append(weights)
        scores = self.unembed(x)
        return (scores, all_weights) if need_weights else scores
