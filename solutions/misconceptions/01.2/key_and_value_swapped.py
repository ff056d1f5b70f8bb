"""What you return as key fits the values, and the other way round. In which order are the three expected?"""

from reference.cpu.projections import project


def query_key_value(x, w_query, w_key, w_value):
    return project(x, w_query), project(x, w_value), project(x, w_key)
