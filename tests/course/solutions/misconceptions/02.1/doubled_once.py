"""Your result is only one octave above. What does the second octave start from?"""

from reference.pitch import octave


def two_octaves(frequency):
    return octave(frequency)
