"""Your value is a projection of the key. All three views start from the same place."""

from reference.cpu.projections import project


def query_key_value(x, w_query, w_key, w_value):
    key = project(x, w_key)
    return project(x, w_query), key, project(key, w_value)
