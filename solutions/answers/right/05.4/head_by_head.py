"""Adds up what each head owns."""


def parameter_count(d_model, n_heads):
    d_head = d_model // n_heads
    return sum(3 * d_model * d_head + d_head * d_model for _ in range(n_heads))
