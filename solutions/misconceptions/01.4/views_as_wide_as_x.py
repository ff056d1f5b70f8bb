"""Your query, key and value are as wide as x. How many columns does x @ w_query have?"""


def projection_shapes(seq_len, d_model, d_head):
    return {
        "x": (seq_len, d_model),
        "w_query": (d_model, d_head),
        "w_key": (d_model, d_head),
        "w_value": (d_model, d_head),
        "query": (seq_len, d_model),
        "key": (seq_len, d_model),
        "value": (seq_len, d_model),
    }
