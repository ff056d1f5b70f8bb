"""As in timm's vision transformers: one linear layer, an axis of three, unbind; cross-attention apart."""

import torch
from reference.cuda.attention import attention_weights
from reference.cuda.multi_head import MultiHeadAttention as _Given
from torch.nn.functional import linear


class MultiHeadAttention(_Given):
    def cut(self, t, parts):
        B, N, C = t.shape
        return t.reshape(B, N, parts, self.n_heads, C // parts // self.n_heads).permute(2, 0, 3, 1, 4)

    def forward(self, x, context=None, mask=None, is_causal=False, need_weights=False):
        B, N, C = x.shape
        weight, bias = self.in_proj_weight, self.in_proj_bias
        if context is None:
            q, k, v = self.cut(linear(x, weight, bias), 3).unbind(0)
        else:
            (q,) = self.cut(linear(x, weight[:C], bias[:C]), 1)
            k, v = self.cut(linear(context, weight[C:], bias[C:]), 2)
        attn = attention_weights(q, k, mask=mask, is_causal=is_causal)
        x = torch.matmul(attn, v).transpose(1, 2).reshape(B, N, C)
        x = self.out_proj(x)
        if need_weights:
            return x, attn
        return x
