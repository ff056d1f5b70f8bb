"""With d_model = 2 there is one clock, of speed 1, whatever the base is."""


def expose_sinusoidal():
    return 4, 2
