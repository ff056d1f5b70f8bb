"""Your weights are square. What width has x, and what width shall a query have?"""


def projection_shapes(seq_len, d_model, d_head):
    return {
        "x": (seq_len, d_model),
        "w_query": (d_model, d_model),
        "w_key": (d_model, d_model),
        "w_value": (d_model, d_model),
        "query": (seq_len, d_head),
        "key": (seq_len, d_head),
        "value": (seq_len, d_head),
    }
