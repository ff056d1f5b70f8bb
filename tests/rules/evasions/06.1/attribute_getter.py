"""Fetched along a path."""
import operator

import torch


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return operator.attrgetter("nn.functional.scaled_dot_product_attention")(torch)(query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
