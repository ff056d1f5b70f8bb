"""One overload of the operator."""
import torch


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return torch.ops.aten.scaled_dot_product_attention.default(query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
