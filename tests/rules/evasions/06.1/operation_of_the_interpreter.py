"""The operator, from TorchScript's table of operations."""
import torch

work = torch._C._jit_get_operation("aten::scaled_dot_product_attention")[0]


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return work(query, key, value, mask, 0.0, is_causal, scale=scale)
