"""Sums of 16 terms fit into one tile, and the first tile is never left out."""


def expose_matmul():
    return 1, 16, 1
