"""Each head was given all d_model columns. How many are left when n_heads of them share d_model?"""


def attention_shapes(batch, n_heads, q_len, kv_len, d_model):
    d_head = d_model
    query = (batch, n_heads, q_len, d_head)
    key = (batch, n_heads, kv_len, d_head)
    scores = (batch, n_heads, q_len, kv_len)
    return {
        "query": query,
        "key": key,
        "value": key,
        "scores": scores,
        "weights": scores,
        "output": query,
    }
