"""Only the columns of a single head were counted. The matrices serve all heads."""


def parameter_count(d_model, n_heads):
    return 4 * d_model * (d_model // n_heads)
