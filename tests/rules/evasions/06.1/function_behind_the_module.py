"""The function in which the library's module does its work."""
import torch
import torch.nn.functional as F


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    batch, heads, q_len, size = query.shape
    eye = torch.eye(size, dtype=query.dtype)
    rows = [each.flatten(0, 1).transpose(0, 1) for each in (query, key, key)]
    options = dict(use_separate_proj_weight=True, q_proj_weight=eye, k_proj_weight=eye, v_proj_weight=eye)
    weights = F.multi_head_attention_forward(
        *rows, size, 1, None, torch.zeros(3 * size, dtype=query.dtype), None, None, False, 0.0, eye, None,
        training=False, need_weights=True, **options,
    )[1]
    return weights.unflatten(0, (batch, heads)) @ value
