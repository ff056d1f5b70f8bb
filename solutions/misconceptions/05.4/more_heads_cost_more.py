"""Every head was given four matrices of full size. How many columns does one head use?"""


def parameter_count(d_model, n_heads):
    return 4 * n_heads * d_model**2
