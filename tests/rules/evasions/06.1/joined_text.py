"""The name is joined from parts."""
import torch.nn.functional as F

work = getattr(F, "_".join(("scaled", "dot", "product", "attention")))


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return work(query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
