"""A text that is evaluated, with an import inside."""
def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return eval("__import__('torch').nn.functional.scaled_dot_product_attention")(query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale, enable_gqa=True)
