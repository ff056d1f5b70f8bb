"""One column of x for each token."""


def projection_shapes(seq_len, d_model, d_head):
    return {
        "x": (d_model, seq_len),
        "w_query": (d_model, d_head),
        "w_key": (d_model, d_head),
        "w_value": (d_model, d_head),
        "query": (seq_len, d_head),
        "key": (seq_len, d_head),
        "value": (seq_len, d_head),
    }
