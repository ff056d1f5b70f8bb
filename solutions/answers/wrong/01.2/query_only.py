"""One view out of three."""


def query_key_value(x, w_query, w_key, w_value):
    return x @ w_query
