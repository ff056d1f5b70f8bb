"""Decimal numbers."""


def expose_matmul():
    return 1.0, 17.0, 1.0
