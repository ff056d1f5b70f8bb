"""The heads stand before the batch. split_heads leaves the leading axes in front: first the batch, then the
heads.
"""


def attention_shapes(batch, n_heads, q_len, kv_len, d_model):
    d_head = d_model // n_heads
    batch, n_heads = n_heads, batch
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
