"""As in Llama: repeat_kv, the future hidden by triu, softmax in the wide dtype and back by type_as."""

import math

import torch
import torch.nn.functional as F


def repeat_kv(x, n_rep):
    bs, n_kv_heads, slen, head_dim = x.shape
    if n_rep == 1:
        return x
    x = x[:, :, None, :, :].expand(bs, n_kv_heads, n_rep, slen, head_dim)
    return x.reshape(bs, n_kv_heads * n_rep, slen, head_dim)


def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    keys = repeat_kv(key, query.shape[1] // key.shape[1])
    wide = torch.promote_types(query.dtype, torch.float32)
    scores = torch.matmul(query.to(wide), keys.to(wide).transpose(2, 3))
    scores = scores / math.sqrt(query.shape[-1]) if scale is None else scores * scale
    hidden = torch.zeros_like(scores, dtype=torch.bool)
    if is_causal:
        hidden = hidden | torch.ones_like(hidden[0, 0]).triu(1)
    if mask is not None:
        hidden = hidden | ~mask
    scores = F.softmax(scores.masked_fill(hidden, torch.finfo(wide).min), dim=-1)
    return scores.masked_fill(hidden, 0).type_as(query)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    value = repeat_kv(value, query.shape[1] // value.shape[1])
    return torch.matmul(attention_weights(query, key, mask, is_causal, scale), value)
