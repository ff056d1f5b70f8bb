"""baddbmm on flattened heads with an additive mask; heads shared by indexing."""

import torch


def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    batch, n_heads, q_len, d_head = query.shape
    kv_len = key.shape[2]
    owner = torch.arange(n_heads, device=query.device) // (n_heads // key.shape[1])
    key = key.index_select(1, owner)
    wide = torch.promote_types(query.dtype, torch.float32)
    bias = torch.zeros(batch, n_heads, q_len, kv_len, dtype=wide, device=query.device)
    if mask is not None:
        bias.masked_fill_(mask.logical_not(), float("-inf"))
    if is_causal:
        bias += torch.full((q_len, kv_len), float("-inf"), dtype=wide, device=query.device).triu_(1)
    alpha = d_head**-0.5 if scale is None else scale
    scores = torch.baddbmm(
        bias.flatten(0, 1),
        query.reshape(-1, q_len, d_head).to(wide),
        key.reshape(-1, kv_len, d_head).to(wide).transpose(1, 2),
        alpha=alpha,
    ).unflatten(0, (batch, n_heads))
    blocked = torch.isneginf(bias)
    dead = blocked.all(-1, keepdim=True)
    weights = scores.masked_fill(dead, 0.0).softmax(-1).masked_fill(blocked, 0.0)
    return weights.to(query.dtype)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    weights = attention_weights(query, key, mask, is_causal, scale)
    value = value.unsqueeze(2).expand(-1, -1, query.shape[1] // value.shape[1], -1, -1).flatten(1, 2)
    return torch.bmm(weights.flatten(0, 1), value.flatten(0, 1)).unflatten(0, query.shape[:2])
