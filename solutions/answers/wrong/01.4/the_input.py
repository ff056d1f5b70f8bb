"""Sizes, not shapes."""


def projection_shapes(seq_len, d_model, d_head):
    return dict.fromkeys(("x", "w_query", "w_key", "w_value", "query", "key", "value"), d_head)
