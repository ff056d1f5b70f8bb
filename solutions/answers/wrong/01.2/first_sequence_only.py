"""Only the first sequence of a batch is projected."""


def query_key_value(x, w_query, w_key, w_value):
    x = x[0] if x.ndim > 2 else x
    return x @ w_query, x @ w_key, x @ w_value
