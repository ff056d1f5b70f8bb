"""The library's operator in place of the kernel."""
import torch


def flash_attention(query, key, value, is_causal=False):
    output = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=is_causal)
    scores = query @ key.mT / query.shape[-1] ** 0.5
    return output, scores.logsumexp(-1)
