"""The library's module, in the version that can be quantised."""
import torch
import torch.ao.nn.quantizable as other


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    batch, heads, q_len, size = query.shape
    module = other.MultiheadAttention(size, 1, bias=False, batch_first=True)
    eye = torch.eye(size)
    for each in (module.linear_Q, module.linear_K, module.linear_V, module.out_proj):
        each.weight = torch.nn.Parameter(eye.clone())
    rows = [each.flatten(0, 1).float() for each in (query, key, key)]
    weights = module(*rows, need_weights=True)[1]
    return weights.unflatten(0, (batch, heads)).to(value.dtype) @ value
