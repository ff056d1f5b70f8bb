"""Your sums need as many tiles as the columns of the product. A tile that is not full counts as well."""


def expose_matmul():
    return 1, 32, 17
