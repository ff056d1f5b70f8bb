"""Names and shapes in two lists."""


def projection_shapes(seq_len, d_model, d_head):
    weight, view = (d_model, d_head), (seq_len, d_head)
    x = seq_len, d_model
    names = ["x", "w_query", "w_key", "w_value", "query", "key", "value"]
    return dict(zip(names, [x, weight, weight, weight, view, view, view], strict=True))
