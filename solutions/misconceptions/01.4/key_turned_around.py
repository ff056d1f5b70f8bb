"""Your key is already turned around, as it will be needed for the scores. As a projection it still has
one row for each token.
"""


def projection_shapes(seq_len, d_model, d_head):
    return {
        "x": (seq_len, d_model),
        "w_query": (d_model, d_head),
        "w_key": (d_model, d_head),
        "w_value": (d_model, d_head),
        "query": (seq_len, d_head),
        "key": (d_head, seq_len),
        "value": (seq_len, d_head),
    }
