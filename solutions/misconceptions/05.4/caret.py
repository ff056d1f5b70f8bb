"""^ is not a power in Python: it compares bits. Write d_model**2."""


def parameter_count(d_model, n_heads):
    return 4 * d_model ^ 2
