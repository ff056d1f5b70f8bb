"""Axes of size 1 are left out."""


def attention_shapes(batch, n_heads, q_len, kv_len, d_model):
    leading = tuple(size for size in (batch, n_heads) if size > 1)
    per_query = (*leading, q_len, d_model // n_heads)
    per_key = (*leading, kv_len, d_model // n_heads)
    pairs = (*leading, q_len, kv_len)
    return {
        "query": per_query,
        "key": per_key,
        "value": per_key,
        "scores": pairs,
        "weights": pairs,
        "output": per_query,
    }
