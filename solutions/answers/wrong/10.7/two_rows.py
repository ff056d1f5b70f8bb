"""Exposes it with a row too many."""


def expose_matmul():
    return 2, 17, 1
