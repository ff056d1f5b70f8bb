"""(2 d)² is 4 d²."""


def parameter_count(d_model, n_heads):
    return (2 * d_model) ** 2
