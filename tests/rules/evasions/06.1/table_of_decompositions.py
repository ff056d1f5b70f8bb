"""The operator's kernel, from the table that compilers use."""
import torch
import torch._decomp
import torch.nn.functional as F

kernel = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu.default


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    d_head, d_value = query.shape[-1], value.shape[-1]
    size = max(d_head, d_value)
    rows = [F.pad(each, (0, size - each.shape[-1])) for each in (query, key, value)]
    return torch._decomp.decomposition_table[kernel](*rows, scale=d_head**-0.5)[0][..., :d_value]
