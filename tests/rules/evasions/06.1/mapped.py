"""Called by map."""
import torch.nn.functional as F


def helper(query, key, value, **options):
    return next(map(lambda work: work(query, key, value, **options), [F.scaled_dot_product_attention]))


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return helper(query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
