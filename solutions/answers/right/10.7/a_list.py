"""As a list."""


def expose_matmul():
    return [1, 17, 1]
