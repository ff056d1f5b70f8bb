"""One size is missing."""


def expose_matmul():
    return 1, 17
