"""A count is a whole number."""


def parameter_count(d_model, n_heads):
    return 4.0 * d_model**2
