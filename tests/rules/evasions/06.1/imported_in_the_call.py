"""Imported while the call runs."""
import importlib


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return importlib.import_module("torch.nn.functional").scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
