"""Kept by a closure."""
import torch.nn.functional as F


def made(work):
    return lambda *args, **kwargs: work(*args, **kwargs)


helper = made(F.scaled_dot_product_attention)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return helper(query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
