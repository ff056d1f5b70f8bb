"""A causal mask that is made once for each size, by functools.cache."""
import functools

import torch

Own = attention


@functools.cache
def scaled_dot_product_attention_mask(q_len, kv_len, device):
    return torch.ones(q_len, kv_len, dtype=torch.bool, device=device).tril()


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    if is_causal:
        causal = scaled_dot_product_attention_mask(query.shape[-2], key.shape[-2], query.device)
        mask = causal if mask is None else mask & causal
    return Own(query, key, value, mask, False, scale)
