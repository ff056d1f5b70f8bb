"""In inference mode, where the operators have other entries."""
import torch


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    with torch.inference_mode():
        return torch.nn.functional.scaled_dot_product_attention(query, key, value).clone()
