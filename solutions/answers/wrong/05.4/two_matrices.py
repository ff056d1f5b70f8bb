"""Query and key share one matrix, value and output the other."""


def parameter_count(d_model, n_heads):
    return 2 * d_model**2
