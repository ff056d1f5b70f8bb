"""One head after the other, with its own rows of the weights."""

import torch
from reference.cuda.attention import attention_weights
from reference.cuda.language import CausalBlock as Right
from reference.cuda.language import turned


class CausalBlock(Right):
    def forward(self, x, start=0, cache=None):
        normal = self.norm(x)
        rows = self.project.weight.chunk(3 * self.n_heads)
        biases = self.project.bias.chunk(3 * self.n_heads)
        parts = [normal @ row.T + bias for row, bias in zip(rows, biases, strict=True)]
        query, key, value = (
            torch.stack(parts[first : first + self.n_heads], dim=1)
            for first in range(0, 3 * self.n_heads, self.n_heads)
        )
        query, key = turned(query, start), turned(key, start)
        if cache is not None:
            found = cache.attend(query, key, value)
            return x + self.out(torch.cat(list(found.unbind(1)), dim=-1)), None
        weights = attention_weights(query, key, is_causal=True)
        found = [weights[:, head] @ value[:, head] for head in range(self.n_heads)]
        return x + self.out(torch.cat(found, dim=-1)), weights
