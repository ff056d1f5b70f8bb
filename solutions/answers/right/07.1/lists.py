"""Lists instead of tuples, in another order."""


def attention_shapes(batch, n_heads, q_len, kv_len, d_model):
    d_head = int(d_model / n_heads)
    ends = {
        "output": [q_len, d_head],
        "weights": [q_len, kv_len],
        "scores": [q_len, kv_len],
        "value": [kv_len, d_head],
        "key": [kv_len, d_head],
        "query": [q_len, d_head],
    }
    return {name: [batch, n_heads, *end] for name, end in ends.items()}
