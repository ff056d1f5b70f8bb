"""w_out is right, but every head was given queries, keys and values as wide as the model. One head projects
to d_head columns, all heads together to d_model.
"""


def parameter_count(d_model, n_heads):
    return 3 * n_heads * d_model**2 + d_model**2
