"""2.0 is no whole number."""


def expose_sinusoidal():
    return 2.0, 4.0
