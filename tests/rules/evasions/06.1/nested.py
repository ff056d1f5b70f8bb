"""On nested tensors, which have an attention of their own."""
import torch


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    nested = [torch.nested.as_nested_tensor(list(each.unbind())) for each in (query, key, value)]
    return torch.stack(list(torch.nn.functional.scaled_dot_product_attention(*nested).unbind()))
