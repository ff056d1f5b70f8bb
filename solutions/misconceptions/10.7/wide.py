"""Your product is wider than its sums are long: the suspect walks on where nothing is left."""


def expose_matmul():
    return 1, 1, 17
