"""The values have as many rows as there are queries. Each value belongs to a key: how many keys are there?"""


def attention_shapes(batch, n_heads, q_len, kv_len, d_model):
    d_head = d_model // n_heads
    query = (batch, n_heads, q_len, d_head)
    key = (batch, n_heads, kv_len, d_head)
    scores = (batch, n_heads, q_len, kv_len)
    return {
        "query": query,
        "key": key,
        "value": query,
        "scores": scores,
        "weights": scores,
        "output": query,
    }
