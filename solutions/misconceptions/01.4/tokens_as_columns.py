"""Your x, query, key and value have one column for each token. Which axis holds the tokens in x @ weight?"""


def projection_shapes(seq_len, d_model, d_head):
    return {
        "x": (d_model, seq_len),
        "w_query": (d_model, d_head),
        "w_key": (d_model, d_head),
        "w_value": (d_model, d_head),
        "query": (d_head, seq_len),
        "key": (d_head, seq_len),
        "value": (d_head, seq_len),
    }
