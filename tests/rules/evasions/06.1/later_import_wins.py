"""A harmless name that a later import replaces."""
from math import sqrt as helper
from torch.nn.functional import scaled_dot_product_attention as helper


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return helper(query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
