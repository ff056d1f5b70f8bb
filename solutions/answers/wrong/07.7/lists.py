"""Lists, no arrays."""


def expose_growth_exponent():
    return [1.0, 2.0, 8.0], [1.0, 4.0, 1.0]
