"""Kept by a class."""
import torch.nn.functional as F


class Tools:
    work = staticmethod(F.scaled_dot_product_attention)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return Tools.work(query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
