"""The norm is computed in float32, as libraries in half precision do."""

from reference.cuda.attention import attention_weights
from reference.cuda.language import CausalBlock as Right
from reference.cuda.language import turned
from torch.nn.functional import layer_norm


class CausalBlock(Right):
    def forward(self, x, start=0, cache=None):
        norm = layer_norm(x.float(), x.shape[-1:], self.norm.weight.float(), self.norm.bias.float()).to(x)
        parts = self.project(norm).chunk(3, dim=-1)
        query, key, value = (part.unflatten(-1, (self.n_heads, -1)).transpose(1, 2) for part in parts)
        query, key = turned(query, start), turned(key, start)
        if cache is not None:
            return x + self.out(cache.attend(query, key, value).transpose(1, 2).flatten(2)), None
        weights = attention_weights(query, key, is_causal=True)
        return x + self.out((weights @ value).transpose(1, 2).flatten(2)), weights
