"""The entries of a single matrix were counted. How many does multi_head_attention take?"""


def parameter_count(d_model, n_heads):
    return d_model**2
