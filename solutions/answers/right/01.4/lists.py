"""Lists of two numbers for tuples."""


def projection_shapes(seq_len, d_model, d_head):
    shapes = {"x": [seq_len, d_model]}
    for view in ["query", "key", "value"]:
        shapes["w_" + view] = [d_model, d_head]
        shapes[view] = [seq_len, d_head]
    return shapes
