"""The shortest sums that need a second tile."""


def expose_matmul():
    return 1, next(n for n in range(1, 65) if len(range(0, n, 16)) > 1), 1
