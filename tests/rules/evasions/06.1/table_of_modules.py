"""Taken from the table of modules."""
import sys


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return sys.modules["torch.nn.functional"].scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
