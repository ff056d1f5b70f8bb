"""Three products."""


def query_key_value(x, w_query, w_key, w_value):
    query = x @ w_query
    key = x @ w_key
    value = x @ w_value
    return query, key, value
