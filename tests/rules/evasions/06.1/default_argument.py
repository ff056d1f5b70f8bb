"""Kept as the default of a parameter."""
import torch.nn.functional as F


def attention(query, key, value, mask=None, is_causal=False, scale=None, work=F.scaled_dot_product_attention):
    return work(query, key, value)
