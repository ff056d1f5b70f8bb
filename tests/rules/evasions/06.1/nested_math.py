"""Tensors of rows of different lengths, and what they do for attention."""
import torch
from torch.nested._internal import sdpa


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    def jagged(x):
        return torch.nested.nested_tensor([each.transpose(0, 1) for each in x.unbind()], layout=torch.jagged).transpose(1, 2)

    out = sdpa.jagged_scaled_dot_product_attention(*map(jagged, (query, key, value)))
    return torch.stack([each for each in out.unbind()])
