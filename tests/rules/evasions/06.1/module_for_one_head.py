"""A module of the library for each head, with identities as weights."""
import torch


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    batch, heads, q_len, d_head = query.shape
    module = torch.nn.MultiheadAttention(d_head, 1, bias=False, vdim=value.shape[-1], batch_first=True, dtype=query.dtype)
    eye = torch.eye(d_head, dtype=query.dtype)
    wide = torch.eye(d_head, value.shape[-1], dtype=query.dtype)
    with torch.no_grad():
        for name in ("q_proj_weight", "k_proj_weight"):
            getattr(module, name).copy_(eye)
        module.v_proj_weight.copy_(wide)
    weights = module(query.flatten(0, 1), key.flatten(0, 1), value.flatten(0, 1), need_weights=True)[1]
    return weights.detach().unflatten(0, (batch, heads)) @ value
