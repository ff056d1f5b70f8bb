"""It is exposed, by one position more than is needed."""


def expose_sinusoidal():
    return 3, 4
