"""Your query, key and value were all made by the same weight. Each view has a weight of its own."""

from reference.cpu.projections import project


def query_key_value(x, w_query, w_key, w_value):
    return project(x, w_query), project(x, w_query), project(x, w_query)
