def octave(frequency):
    return frequency + frequency
