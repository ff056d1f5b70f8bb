"""Four names out of seven."""


def projection_shapes(seq_len, d_model, d_head):
    return {"x": (seq_len, d_model), **dict.fromkeys(("query", "key", "value"), (seq_len, d_head))}
