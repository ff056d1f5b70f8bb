"""As the reference in FlashAttention's tests: tokens before heads, einsum, whole rows cleared afterwards."""

import math

import torch


def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    dtype_og = query.dtype
    q, k = (x.transpose(1, 2) for x in (query, key))
    if dtype_og in (torch.float16, torch.bfloat16):
        q, k = q.float(), k.float()
    seqlen_q, seqlen_k = q.shape[1], k.shape[1]
    b, _, g, d = k.shape
    k = k[:, :, :, None].expand(b, seqlen_k, g, q.shape[2] // g, d).reshape(b, seqlen_k, q.shape[2], d)
    scores = torch.einsum("bthd,bshd->bhts", q * (1 / math.sqrt(d) if scale is None else scale), k)
    keep = torch.ones(seqlen_q, seqlen_k, dtype=torch.bool, device=q.device)
    if is_causal:
        row_idx = torch.arange(seqlen_q, device=q.device)[:, None]
        keep = torch.arange(seqlen_k, device=q.device) <= row_idx
    if mask is not None:
        keep = keep & mask
    scores = scores.masked_fill(~keep, float("-inf"))
    lost = ~keep.any(-1, keepdim=True)
    probs = torch.softmax(scores.masked_fill(lost, 0.0), dim=-1).masked_fill(lost, 0.0)
    return probs.to(dtype=dtype_og)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    probs = attention_weights(query, key, mask, is_causal, scale)
    groups = query.shape[1] // value.shape[1]
    b, h, s, d = value.shape
    v = value.unsqueeze(2).expand(b, h, groups, s, d).reshape(b, h * groups, s, d)
    return torch.einsum("bhts,bhsd->bhtd", probs, v)
