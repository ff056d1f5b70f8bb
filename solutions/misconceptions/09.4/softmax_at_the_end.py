"""Your scores went through a softmax. cross_entropy takes one itself: return what unembed gives."""

from reference.cuda.transformer import RecallModel as Right


class RecallModel(Right):
    def forward(self, tokens, need_weights=False):
        x = self.embedding(tokens) + self.position[: tokens.shape[1]]
        all_weights = []
        for norm, layer in zip(self.norms, self.layers, strict=True):
            attended, weights = layer(norm(x), is_causal=True, need_weights=True)
            x = x + attended
            all_weights.append(weights)
        scores = self.unembed(x).softmax(-1)
        return (scores, all_weights) if need_weights else scores
