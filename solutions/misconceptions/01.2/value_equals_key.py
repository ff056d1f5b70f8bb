"""Your value was made by the weight of the key. What a token hands over has a weight of its own."""

from reference.cpu.projections import project


def query_key_value(x, w_query, w_key, w_value):
    return project(x, w_query), project(x, w_key), project(x, w_key)
