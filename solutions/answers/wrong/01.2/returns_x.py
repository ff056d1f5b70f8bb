"""The input is not its projection."""


def query_key_value(x, w_query, w_key, w_value):
    return x, x, x
