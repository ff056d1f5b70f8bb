"""The count grows in proportion to d_model. A matrix has rows and columns."""


def parameter_count(d_model, n_heads):
    return 4 * d_model
