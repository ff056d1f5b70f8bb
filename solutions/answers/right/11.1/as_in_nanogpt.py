"""As in nanoGPT: one projection, view and transpose, contiguous before the view back."""

from reference.cuda.attention import attention_weights
from reference.cuda.language import turned
from torch import nn


class CausalBlock(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.n_heads = n_heads
        self.norm = nn.LayerNorm(d_model)
        self.project = nn.Linear(d_model, 3 * d_model)
        self.out = nn.Linear(d_model, d_model)

    def forward(self, x, start=0, cache=None):
        B, T, C = x.size()
        q, k, v = self.project(self.norm(x)).split(C, dim=2)
        k = k.view(B, T, self.n_heads, C // self.n_heads).transpose(1, 2)
        q = q.view(B, T, self.n_heads, C // self.n_heads).transpose(1, 2)
        v = v.view(B, T, self.n_heads, C // self.n_heads).transpose(1, 2)
        q, k = turned(q, start), turned(k, start)
        att = None
        if cache is not None:
            y = cache.attend(q, k, v)
        else:
            att = attention_weights(q, k, is_causal=True)
            y = att @ v
        y = y.transpose(1, 2).contiguous().view(B, T, C)
        return x + self.out(y), att
