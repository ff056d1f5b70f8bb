"""Layers by their number, the mask written out."""

import torch
from reference.cuda.transformer import RecallModel as Right


class RecallModel(Right):
    def forward(self, tokens, need_weights=False):
        seq_len = tokens.shape[1]
        past = torch.ones(seq_len, seq_len, dtype=torch.bool).tril()
        x = self.embedding(tokens) + self.position[:seq_len].unsqueeze(0)
        found = []
        for number in range(len(self.layers)):
            attended, weights = self.layers[number](self.norms[number](x), mask=past, need_weights=True)
            found.append(weights)
            x = attended + x
        scores = x @ self.unembed.weight.T
        if need_weights:
            return scores, found
        return scores
