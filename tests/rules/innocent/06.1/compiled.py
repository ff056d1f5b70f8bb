"""Compiled by torch.compile, as a decorator and as a call."""
import torch

attention_weights = torch.compile(attention_weights)


@torch.compile(mode="max-autotune")
def attention(query, key, value, mask=None, is_causal=False, scale=None):
    weights = attention_weights(query, key, mask, is_causal, scale)
    return weights @ value.repeat_interleave(query.shape[-3] // value.shape[-3], dim=-3)
