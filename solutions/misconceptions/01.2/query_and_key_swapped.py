"""What you return as query fits the keys, and the other way round. Which weight makes what a token
looks for?
"""

from reference.cpu.projections import project


def query_key_value(x, w_query, w_key, w_value):
    return project(x, w_key), project(x, w_query), project(x, w_value)
