"""It is exposed, by sums one term longer than they have to be."""


def expose_matmul():
    return 1, 18, 1
