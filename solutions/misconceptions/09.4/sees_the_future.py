"""Your layers look at later tokens too. A model that must say what comes next would find the answer there:
which argument hides it?
"""

from reference.cuda.transformer import RecallModel as Right


class RecallModel(Right):
    def forward(self, tokens, need_weights=False):
        x = self.embedding(tokens) + self.position[: tokens.shape[1]]
        all_weights = []
        for norm, layer in zip(self.norms, self.layers, strict=True):
            attended, weights = layer(norm(x), need_weights=True)
            x = x + attended
            all_weights.append(weights)
        scores = self.unembed(x)
        return (scores, all_weights) if need_weights else scores
