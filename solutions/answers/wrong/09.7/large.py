"""A table of a million rows."""


def expose_sinusoidal():
    return 1_000_000, 4
