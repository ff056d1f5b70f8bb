"""You halve each frequency: that is one octave below. Which way do higher tones go?"""


def octave(frequency):
    return frequency / 2
