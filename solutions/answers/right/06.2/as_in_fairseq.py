"""As in fairseq: tokens first, heads folded into the batch, bmm."""

import torch
from reference.cuda.multi_head import MultiHeadAttention as _Given
from torch.nn import functional as F


class MultiHeadAttention(_Given):
    def forward(self, x, context=None, mask=None, is_causal=False, need_weights=False):
        query = x.transpose(0, 1)
        key = query if context is None else context.transpose(0, 1)
        tgt_len, bsz, embed_dim = query.size()
        src_len, heads, head_dim = key.size(0), self.n_heads, embed_dim // self.n_heads
        ws, bs = self.in_proj_weight.view(3, embed_dim, embed_dim), self.in_proj_bias.view(3, embed_dim)
        q = F.linear(query, ws[0], bs[0]) * head_dim**-0.5
        k, v = (F.linear(key, w, b) for w, b in zip(ws[1:], bs[1:], strict=True))
        q, k, v = (t.contiguous().view(-1, bsz * heads, head_dim).transpose(0, 1) for t in (q, k, v))
        attn = torch.bmm(q, k.transpose(1, 2)).view(bsz, heads, tgt_len, src_len)
        seen = torch.ones_like(attn, dtype=torch.bool)
        seen = seen.tril() if is_causal else seen
        seen = seen if mask is None else seen & mask
        attn = attn.masked_fill(~seen, torch.finfo(attn.dtype).min).softmax(-1).masked_fill(~seen, 0.0)
        out = torch.bmm(attn.view(bsz * heads, tgt_len, src_len), v)
        out = out.transpose(0, 1).contiguous().view(tgt_len, bsz, embed_dim)
        out = self.out_proj(out).transpose(0, 1)
        return (out, attn) if need_weights else out
