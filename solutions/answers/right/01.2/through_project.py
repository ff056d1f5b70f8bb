"""Calls project for each weight."""

from reference.cpu.projections import project


def query_key_value(x, w_query, w_key, w_value):
    return tuple(project(x, weight) for weight in (w_query, w_key, w_value))
