"""Only one of the two."""


def expose_sinusoidal():
    return 2
