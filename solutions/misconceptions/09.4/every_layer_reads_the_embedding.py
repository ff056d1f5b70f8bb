"""All your layers read the embedded tokens, not what the layers before them found. What goes into the
second layer?
"""

from reference.cuda.transformer import RecallModel as Right


class RecallModel(Right):
    def forward(self, tokens, need_weights=False):
        x = self.embedding(tokens) + self.position[: tokens.shape[1]]
        embedded = x
        all_weights = []
        for norm, layer in zip(self.norms, self.layers, strict=True):
            attended, weights = layer(norm(embedded), is_causal=True, need_weights=True)
            x = x + attended
            all_weights.append(weights)
        scores = self.unembed(x)
        return (scores, all_weights) if need_weights else scores
