"""Your product is as wide as its sums are long, so the suspect walks far enough."""


def expose_matmul():
    return 20, 20, 20
