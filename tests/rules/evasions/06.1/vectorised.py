"""One call for each batch element, by vmap."""
import torch


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return torch.vmap(torch.nn.functional.scaled_dot_product_attention)(query, key, value)
