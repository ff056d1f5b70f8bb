"""A million terms."""


def expose_matmul():
    return 1, 1_000_000, 1
