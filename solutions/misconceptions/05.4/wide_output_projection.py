"""The three projections are right; w_out was counted with n_heads * d_model rows. How wide are the merged
heads?
"""


def parameter_count(d_model, n_heads):
    return 3 * d_model**2 + n_heads * d_model**2
