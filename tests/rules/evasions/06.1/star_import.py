"""All names of the module at once."""
from torch.nn.functional import *


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
