"""Heads folded into the batch axis; the mask is expanded by hand."""

import torch
from reference.cuda.attention import attention_weights
from reference.cuda.multi_head import MultiHeadAttention as _Given
from torch import nn


class MultiHeadAttention(_Given):
    def _split(self, features):
        batch, seq_len, _ = features.shape
        return (
            features.view(batch, seq_len, self.n_heads, -1)
            .permute(0, 2, 1, 3)
            .reshape(batch * self.n_heads, 1, seq_len, -1)
        )

    def forward(self, x, context=None, mask=None, is_causal=False, need_weights=False):
        context = x if context is None else context
        batch, q_len, d_model = x.shape
        kv_len, h = context.shape[1], self.n_heads
        w_q, w_k, w_v = torch.split(self.in_proj_weight, d_model)
        b_q, b_k, b_v = torch.split(self.in_proj_bias, d_model)
        q = self._split(nn.functional.linear(x, w_q, b_q))
        k = self._split(nn.functional.linear(context, w_k, b_k))
        v = self._split(nn.functional.linear(context, w_v, b_v))
        if mask is not None:
            mask = mask.expand(batch, h, q_len, kv_len).reshape(batch * h, 1, q_len, kv_len)
        w = attention_weights(q, k, mask, is_causal)
        o = (w @ v).view(batch, h, q_len, -1).permute(0, 2, 1, 3).reshape(batch, q_len, d_model)
        o = self.out_proj(o)
        return (o, w.view(batch, h, q_len, kv_len)) if need_weights else o
