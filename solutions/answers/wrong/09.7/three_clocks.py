"""Exposes it with a third clock."""


def expose_sinusoidal():
    return 2, 6
