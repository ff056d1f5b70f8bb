"""One of two names on the left of an assignment."""
import torch.nn.functional as F

work, other = F.scaled_dot_product_attention, None


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return work(query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
