"""Through another module that has imported it."""
import torch


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return torch.nn.modules.activation.F.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
