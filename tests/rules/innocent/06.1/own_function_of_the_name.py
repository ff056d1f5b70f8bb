"""One's own function has the library's name."""
def scaled_dot_product_attention(query, key, value, mask, is_causal, scale):
    weights = attention_weights(query, key, mask, is_causal, scale)
    return weights @ value.repeat_interleave(query.shape[-3] // value.shape[-3], dim=-3)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return scaled_dot_product_attention(query, key, value, mask, is_causal, scale)
