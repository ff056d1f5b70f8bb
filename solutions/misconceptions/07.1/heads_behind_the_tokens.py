"""The head axis stands behind the tokens, where it is before split_heads moves it. All heads attend at
once when it stands in front of them.
"""


def attention_shapes(batch, n_heads, q_len, kv_len, d_model):
    d_head = d_model // n_heads
    query = (batch, q_len, n_heads, d_head)
    key = (batch, kv_len, n_heads, d_head)
    scores = (batch, q_len, n_heads, kv_len)
    return {
        "query": query,
        "key": key,
        "value": key,
        "scores": scores,
        "weights": scores,
        "output": query,
    }
