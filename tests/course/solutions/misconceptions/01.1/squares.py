"""Your result is the square of each frequency. Which number times the frequency is one octave above?"""


def octave(frequency):
    return frequency**2
