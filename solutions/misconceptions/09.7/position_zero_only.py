"""At position 0 no clock has moved. Which position is the first that shows a speed?"""


def expose_sinusoidal():
    return 1, 8
