"""Written out."""


def attention_shapes(batch, n_heads, q_len, kv_len, d_model):
    d_head, rest = divmod(d_model, n_heads)
    assert rest == 0
    return {
        "query": (batch, n_heads, q_len, d_head),
        "key": (batch, n_heads, kv_len, d_head),
        "value": (batch, n_heads, kv_len, d_head),
        "scores": (batch, n_heads, q_len, kv_len),
        "weights": (batch, n_heads, q_len, kv_len),
        "output": (batch, n_heads, q_len, d_head),
    }
