"""The output was given with its heads merged. The table stops before that."""


def attention_shapes(batch, n_heads, q_len, kv_len, d_model):
    d_head = d_model // n_heads
    query = (batch, n_heads, q_len, d_head)
    key = (batch, n_heads, kv_len, d_head)
    scores = (batch, n_heads, q_len, kv_len)
    return {
        "query": query,
        "key": key,
        "value": key,
        "scores": scores,
        "weights": scores,
        "output": (batch, q_len, d_model),
    }
