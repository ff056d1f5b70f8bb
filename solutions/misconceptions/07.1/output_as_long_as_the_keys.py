"""The output has one row for each key. Who gets an answer: the one who asks, or the one who is asked?"""


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
        "output": key,
    }
