"""The library's call by its full name."""
import torch.nn.functional as F


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
