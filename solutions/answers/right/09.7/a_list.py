"""As a list."""


def expose_sinusoidal():
    return [2, 4]
