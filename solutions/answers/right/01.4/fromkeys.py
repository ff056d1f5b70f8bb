"""Built from groups of names."""


def projection_shapes(seq_len, d_model, d_head):
    shapes = {"x": (seq_len, d_model)}
    shapes |= dict.fromkeys(("w_query", "w_key", "w_value"), (d_model, d_head))
    return shapes | dict.fromkeys(("query", "key", "value"), (seq_len, d_head))
