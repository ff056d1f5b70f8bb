"""Your value and its weight keep the width of x. Here values are as wide as queries and keys."""


def projection_shapes(seq_len, d_model, d_head):
    return {
        "x": (seq_len, d_model),
        "w_query": (d_model, d_head),
        "w_key": (d_model, d_head),
        "w_value": (d_model, d_model),
        "query": (seq_len, d_head),
        "key": (seq_len, d_head),
        "value": (seq_len, d_model),
    }
