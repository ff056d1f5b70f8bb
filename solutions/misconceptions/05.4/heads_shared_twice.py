"""It was divided by the number of heads twice, once for rows and once for columns. The rows are d_model in
every head.
"""


def parameter_count(d_model, n_heads):
    return 4 * (d_model // n_heads) ** 2
