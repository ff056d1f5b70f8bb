"""Nested lists, no array."""


def expose_softmax():
    return [[1000.0], [0.0]]
