"""Only the vectors are listed."""


def attention_shapes(batch, n_heads, q_len, kv_len, d_model):
    per_query = (batch, n_heads, q_len, d_model // n_heads)
    return {"query": per_query, "output": per_query}
