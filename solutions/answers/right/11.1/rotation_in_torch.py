"""The rotation written in torch, with a table of angles made in each call; a mask in place of is_causal."""

import torch
from reference.cuda.attention import attention_weights
from reference.cuda.language import BASE
from reference.cuda.language import CausalBlock as Right


def turn(x, start):
    half = x.shape[-1] // 2
    speeds = BASE ** (-torch.arange(half, dtype=torch.float64) / half)
    angles = torch.arange(start, start + x.shape[-2])[:, None] * speeds
    cos, sin = (table.to(x).repeat_interleave(2, dim=-1) for table in (angles.cos(), angles.sin()))
    swapped = torch.stack((-x[..., 1::2], x[..., ::2]), dim=-1).reshape(x.shape)
    return x * cos + swapped * sin


class CausalBlock(Right):
    def forward(self, x, start=0, cache=None):
        seq_len = x.shape[1]
        parts = self.project(self.norm(x)).chunk(3, dim=-1)
        query, key, value = (torch.stack(part.chunk(self.n_heads, dim=-1), dim=1) for part in parts)
        query, key = turn(query, start), turn(key, start)
        weights = None
        if cache is None:
            mask = torch.ones(seq_len, seq_len, dtype=torch.bool, device=x.device).tril()
            weights = attention_weights(query, key, mask=mask)
        heads = cache.attend(query, key, value) if weights is None else weights @ value
        return x + self.out(torch.cat(heads.unbind(1), dim=-1)), weights
