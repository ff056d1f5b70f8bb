"""A text that is executed."""
space = {}
exec("from torch.nn.functional import scaled_dot_product_attention as work", space)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return space["work"](query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
