"""Your weights have one row for each token. A weight is learned once and must fit sentences of any
length.
"""


def projection_shapes(seq_len, d_model, d_head):
    return {
        "x": (seq_len, d_model),
        "w_query": (seq_len, d_head),
        "w_key": (seq_len, d_head),
        "w_value": (seq_len, d_head),
        "query": (seq_len, d_head),
        "key": (seq_len, d_head),
        "value": (seq_len, d_head),
    }
