"""Your weights have their two sizes in the other order, as torch stores them. With which axis of the
weight must the columns of x agree in x @ weight?
"""


def projection_shapes(seq_len, d_model, d_head):
    return {
        "x": (seq_len, d_model),
        "w_query": (d_head, d_model),
        "w_key": (d_head, d_model),
        "w_value": (d_head, d_model),
        "query": (seq_len, d_head),
        "key": (seq_len, d_head),
        "value": (seq_len, d_head),
    }
