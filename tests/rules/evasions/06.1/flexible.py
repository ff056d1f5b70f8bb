"""The library's other attention."""
import torch
from torch.nn.attention.flex_attention import flex_attention


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return flex_attention(query, key, value)
