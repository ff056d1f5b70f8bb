"""Three matrices were counted. Which one comes after the heads are merged?"""


def parameter_count(d_model, n_heads):
    return 3 * d_model**2
