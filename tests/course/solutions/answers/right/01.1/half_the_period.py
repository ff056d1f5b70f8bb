def octave(frequency):
    period = 1 / frequency
    return 1 / (period / 2)
