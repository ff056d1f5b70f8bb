"""A sum over the four matrices."""


def parameter_count(d_model, n_heads):
    shapes = dict.fromkeys(("query", "key", "value", "out"), (d_model, d_model))
    return sum(rows * columns for rows, columns in shapes.values())
