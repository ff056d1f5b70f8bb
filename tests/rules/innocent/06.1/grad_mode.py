"""Switches of torch's gradients, which change nothing here."""
import torch

Own = attention


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    with torch.enable_grad():
        return Own(query, key, value, mask, is_causal, scale)
