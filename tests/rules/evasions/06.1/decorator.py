"""A decorator that gives back another function."""
import torch.nn.functional as F


def replaced(function):
    return lambda query, key, value, *rest: F.scaled_dot_product_attention(query, key, value)


@replaced
def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return None
