"""Your key was made by the weight of the query. What a token offers is not what it looks for."""

from reference.cpu.projections import project


def query_key_value(x, w_query, w_key, w_value):
    return project(x, w_query), project(x, w_query), project(x, w_value)
