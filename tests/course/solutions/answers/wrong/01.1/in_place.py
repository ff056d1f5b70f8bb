def octave(frequency):
    frequency *= 2
    return frequency
